"""Shows a person what a restore would do, how one ended, and what can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clawd_desktop.cli.backup_shown import when
from clawd_desktop.cli.columns import print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text

_STATES = ("same", "changed", "only in backup", "would be lost")


def narrowed(seen: JsonObject, areas: Sequence[str], files: Sequence[str]) -> JsonObject:
    """The preview of what was chosen alone; all of it when nothing was. `files` are "AREA/PATH".

    Of an area of which only files were chosen, `counts` are left out. Raises BadInput for an area that is not there.
    """
    rows = [as_object(row) for row in as_list(seen.get("areas"))]
    there = [as_text(row.get("name")) for row in rows]
    inside: dict[str, list[str]] = {}
    for area, _, path in (one.partition("/") for one in files):
        inside.setdefault(area, []).append(path)
    for name in (*areas, *inside):
        if name not in there:
            raise BadInput(f"The backup has no area {name}.", hint=f"It has: {', '.join(there)}.")
    if not areas and not inside:
        return seen
    kept: list[JsonValue] = []
    for name, row in zip(there, rows, strict=True):
        if name in areas:
            kept.append(row)
        elif name in inside:
            kept.append(_only(row, inside[name]))
    return {**seen, "areas": kept}


def preview(seen: JsonObject, console: Console) -> None:
    """What restoring it would do."""
    with_secrets = "with passwords" if seen.get("secrets") == "sealed" else "without passwords"
    host = as_text(seen.get("host"))
    console.line(f"A backup of {when(seen.get('createdMs'))}, made on {host}, {with_secrets}.")
    areas = [as_object(area) for area in as_list(seen.get("areas"))]
    if rows := [_cells(area) for area in areas if "counts" in area]:
        print_columns(console, ("area", *_STATES), rows)
    for area in (area for area in areas if "counts" not in area):
        for line in _files(area):
            console.line(line)
    for warning in (*as_list(seen.get("warnings")), *(text for area in areas for text in as_list(area["warnings"]))):
        console.line(f"Note: {as_text(warning)}")


def outcome(last: JsonObject, console: Console) -> None:
    """How a restore or the taking back of one ended."""
    undo = as_text(last.get("undo"))
    console.line(f"{as_text(last.get('title'))}: {as_text(last.get('text'))}")
    for path in as_list(last.get("writtenSince")):
        console.line(f"  {as_text(path)}")
    if undo:
        console.line(f"Take it back within seven days: clawd-desktop restore --undo {undo}")
    if safety := as_text(last.get("safety")):
        console.line(f"What was there before is also in {safety}.")


def undoable(found: Iterable[JsonValue], console: Console) -> None:
    """The restores that can be taken back."""
    rows = [
        (as_text(one.get("id")), when(one.get("atMs")), when(one.get("untilMs")), as_text(one.get("what")))
        for one in map(as_object, found)
    ]
    if rows:
        print_columns(console, ("restore", "made", "can be taken back until", "of"), rows)
    else:
        console.line("No restore can be taken back.")


def _only(area: JsonObject, paths: Sequence[str]) -> JsonObject:
    files: list[JsonValue] = [
        file for file in as_list(area.get("files"))
        if any(f"{as_text(as_object(file).get('path'))}/".startswith(f"{path}/") for path in paths)
    ]  # fmt: skip
    known = {name: value for name, value in area.items() if name != "counts"}
    chosen: list[JsonValue] = [*paths]
    return {**known, "files": files, "filesCount": len(files), "chosen": chosen}


def _files(area: JsonObject) -> Iterator[str]:
    name = as_text(area.get("name"))
    files = [as_object(file) for file in as_list(area.get("files"))]
    for file in files:
        yield f"{name}/{as_text(file.get('path'))}: {as_text(file.get('state'))}"
    if not files:
        yield f"Nothing of what was chosen in {name} is known to differ."


def _cells(area: JsonObject) -> tuple[str, ...]:
    counts = {as_text(row.get("state")): as_int(row.get("count")) for row in map(as_object, as_list(area["counts"]))}
    return (as_text(area.get("name")), *(f"{counts.get(state, 0):,}" for state in _STATES))
