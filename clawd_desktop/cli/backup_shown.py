"""Shows a person what the `backup` command found or did."""

from __future__ import annotations

import time
from collections.abc import Callable

from clawd_desktop.cli.columns import print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text

_MOST_LEFT_OUT = 20
_WIDEST_FILE = 40
_STAGES = {
    "write": "writing", "verify": "reading back", "extract": "unpacking", "swap": "putting in place",
    "compare": "comparing", "start": "starting a gateway on the copy", "send": "sending", "fetch": "fetching",
    "export": "writing", "prune": "tidying up",
}  # fmt: skip


def progress_line(progress: JsonObject) -> str:
    """How far it is, in one line."""
    done, total = as_int(progress.get("done")), as_int(progress.get("total"))
    stage = as_text(progress.get("stage"))
    share = f" {min(100, done * 100 // total)} %" if total else ""
    return f"{_STAGES.get(stage, stage)}{share} ({size(done)})  {as_text(progress.get('file'))[-_WIDEST_FILE:]}"


def created(found: JsonObject, console: Console) -> None:
    """A backup that was just made."""
    console.line(as_text(found.get("path")))
    lock = "locked" if found.get("sealed") else "not locked: whoever has the file can read it"
    took = f"{as_float(found.get('tookS')):.1f} s"
    console.line(f"{size(as_int(found.get('size')))}, read back, {lock}. It took {took}.")
    _warnings(found, console)


def listed(found: JsonObject, console: Console) -> None:
    """All that is there, and what failed."""
    rows = [as_object(row) for row in as_list(found.get("backups"))]
    if rows:
        head = ("backup", "made", "size", "locked", "read back", "where it is, or what went wrong")
        print_columns(console, head, [_cells(row) for row in rows])
    else:
        console.line("There is no backup. Make one: clawd-desktop backup create")
    if last := as_object(found.get("lastDrill")):
        console.line(f"Last tried out {when(last.get('atMs'))}: {_outcome(last)}")
    places = [as_object(place) for place in as_list(found.get("places"))]
    console.line(f"Backups go to {', '.join(as_text(place.get('name')) for place in places)}.")
    for place in places:
        if text := as_text(place.get("text")):
            console.line(f"Note: {as_text(place.get('name'))}: {text}")
    if line := upcoming(found):
        console.line(line)


def upcoming(found: JsonObject) -> str:
    """When the next planned backup is made, or what keeps it back; "" where nobody makes any."""
    why, code = as_text(found.get("nextWhy")), as_text(found.get("nextCode"))
    if not why or "nextMs" not in found:
        return why
    if code == "paused":
        return f"Planned backups are paused until {when(found['nextMs'])}."
    return f"Next: {when(found['nextMs'])}. {why}"


def verified(found: JsonObject, console: Console) -> None:
    """A backup that is whole."""
    areas = [as_object(area) for area in as_list(found.get("areas"))]
    files = sum(as_int(area.get("files")) for area in areas)
    console.line(
        f"It is whole: {files:,} files with {size(as_int(found.get('bytes')))}, made {when(found['createdMs'])}."
    )


def shown(found: JsonObject, console: Console) -> None:
    """What a backup holds."""
    with_secrets = "with passwords" if found.get("secrets") == "sealed" else "without passwords"
    console.line(
        f"Made {when(found.get('createdMs'))} on {as_text(found.get('host'))} ({as_text(found.get('system'))}) "
        f"by version {as_text(found.get('version'))}, {with_secrets}."
    )
    if note := as_text(found.get("note")):
        console.line(note)
    areas = [as_object(area) for area in as_list(found.get("areas"))]
    print_columns(
        console,
        ("area", "what it is", "files", "size", "from"),
        [
            (as_text(area.get("name")), as_text(area.get("title")), f"{as_int(area.get('files')):,}",
             size(as_int(area.get("bytes"))), as_text(area.get("folder")))
            for area in areas
        ],
    )  # fmt: skip
    left_out = [as_object(left) for left in as_list(found.get("leftOut"))]
    if left_out:
        console.line("\nNot in it:")
    for left in left_out[:_MOST_LEFT_OUT]:
        console.line(f"  {as_text(left.get('area'))} {as_text(left.get('path'))}: {as_text(left.get('reason'))}")
    more = as_int(found.get("leftOutCount")) - min(len(left_out), _MOST_LEFT_OUT)
    if more > 0:
        console.line(f"  and {more:,} more; see them with --json")
    _warnings(found, console)


def exported(found: JsonObject, console: Console) -> None:
    """One portable file of a backup."""
    console.line(as_text(found.get("path")))
    lock = "locked" if found.get("sealed") else "not locked: whoever has the file can read it"
    console.line(f"{size(as_int(found.get('size')))}, read back, {lock}.")


def drilled(found: JsonObject, console: Console) -> None:
    """How trying backups out went, step by step."""
    for drill in (as_object(one) for one in as_list(found.get("drills"))):
        console.line(f"{as_text(drill.get('path'))}, made {when(drill.get('createdMs'))}:")
        for step in (as_object(one) for one in as_list(drill.get("steps"))):
            word, took = "ok    " if step.get("ok") is True else "FAILED", f"{as_float(step.get('tookS')):6.2f} s"
            console.line(f"  {word} {took}  {as_text(step.get('title'))}: {as_text(step.get('text'))}")
        console.line(_outcome(drill))


def pruned(found: JsonObject, console: Console) -> None:
    """What stays and what goes."""
    rows = [as_object(row) for row in as_list(found.get("backups"))]
    going = [row for row in rows if row.get("kept") is not True]
    word = "would go" if found.get("dryRun") else "removed"
    cells = [
        (as_text(row.get("id"))[:12], when(row.get("atMs")), size(as_int(row.get("size"))),
         "stays" if row.get("kept") is True else word, as_text(row.get("why")))
        for row in rows
    ]  # fmt: skip
    if rows:
        print_columns(console, ("backup", "made", "size", "", "why"), cells)
    if not going:
        console.line("Nothing goes.")
    else:
        console.line(f"{len(going)} {word}, {size(as_int(found.get('bytes')))}.")


def size(value: int) -> str:
    """Bytes as a person reads them."""
    number = float(value)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"


def when(value: JsonValue) -> str:
    """A time in milliseconds, by this computer's clock."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(as_int(value) / 1000))


def _outcome(drill: JsonObject) -> str:
    took = f"It took {as_float(drill.get('tookS')):.1f} s."
    if drill.get("ok") is True:
        return f"it comes back whole. {took}"
    return f"{'it does NOT come back' if drill.get('tried') is True else 'it could not be tried out'}. {took}"


def _cells(row: JsonObject) -> tuple[str, ...]:
    made = row.get("ok") is True
    return (
        as_text(row.get("id"))[:12] if made and row.get("areas") else as_text(row.get("id")) if made else "failed",
        when(row.get("atMs")),
        size(as_int(row.get("size"))) if made else "",
        ("yes" if row.get("sealed") else "no") if made else "",
        when(row.get("verifiedMs")) if row.get("verifiedMs") else "never" if made else "",
        " ".join(filter(None, (as_text(row.get("path")), as_text(row.get("text"))))),
    )


def _warnings(found: JsonObject, console: Console) -> None:
    for warning in as_list(found.get("warnings")):
        console.line(f"Note: {as_text(warning)}")


SHOW: dict[str, Callable[[JsonObject, Console], None]] = {
    "create": created,
    "list": listed,
    "verify": verified,
    "show": shown,
    "export": exported,
    "drill": drilled,
    "prune": pruned,
}
