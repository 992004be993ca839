"""Checks of conversations: can the indexes and transcripts be read, does each entry have its transcript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Refused
from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.operations.diagnostics import keeping
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.storage.session_index import NAME, ParsedIndex, parse_index
from clawd_desktop.storage.session_recovery import list_folder
from clawd_desktop.storage.transcript_lines import parse
from clawd_desktop.storage.transcripts import transcript_name

CATEGORY = "conversations"
SHOWN = 5
_LARGEST = 1024 * 1024 * 1024
_TAIL = 256 * 1024
_COUNTED = 256 * 1024 * 1024


def folders(ground: Ground) -> Iterator[Path]:
    """The sessions folder of each agent."""
    agents = ground.paths.state / "agents"
    if agents.is_dir():
        yield from (path / "sessions" for path in sorted(agents.iterdir()) if (path / "sessions").is_dir())


def indexes(ground: Ground) -> Found:
    """Whether each index can be read."""
    found: list[Finding] = []
    for folder in folders(ground):
        try:
            parsed = _index(folder)
        except ClawdError as error:
            found.append(
                Finding(f"conversations.index.unreadable.{folder.parent.name}", CATEGORY, Level.ERROR,
                        "A list of conversations cannot be read", error.sentence(), "Mend the rights of that file.")
            )  # fmt: skip
            continue
        if parsed is not None and not parsed.whole:
            found.append(
                Finding(f"conversations.index.damaged.{folder.parent.name}", CATEGORY, Level.WARNING,
                        "A list of conversations is damaged", f"{folder / NAME}: {len(parsed.rows)} entries are whole.",
                        "Start Clawd Desktop: it keeps a copy and makes the list anew from the conversations.")
            )  # fmt: skip
    return tuple(found)


def _index(folder: Path) -> ParsedIndex | None:
    try:
        return parse_index(safeio.read_file(folder / NAME, limit=_LARGEST))
    except NotFound:
        return None


def orphans(ground: Ground) -> Found:
    """Entries without their transcript, and transcripts that no entry names."""
    lost: list[str] = []
    unnamed: list[str] = []
    for folder in folders(ground):
        try:
            parsed = _index(folder)
            listing = list_folder(folder)
        except ClawdError:
            continue  # the check of indexes tells of it
        rows = [as_object(row) for row in parsed.rows.values()] if parsed is not None else []
        names = set(filter(None, (_transcript_of(row, folder) for row in rows)))
        lost += [str(folder / name) for name in sorted(names - set(listing.transcripts) - listing.trashed)]
        unnamed += [str(folder / name) for name in sorted(set(listing.transcripts) - names)]
    return orphan_findings(lost, unnamed)


def _transcript_of(row: JsonObject, folder: Path) -> str:
    """The name of an entry's transcript, "" for one that was never used or leads elsewhere."""
    session_id = as_text(row.get("sessionId"))
    try:
        return transcript_name(str(folder), session_id, as_text(row.get("sessionFile"))) if session_id else ""
    except Refused:
        return ""


def orphan_findings(lost: list[str], unnamed: list[str]) -> Found:
    """What missing and unnamed transcripts mean."""
    found: list[Finding] = []
    if lost:
        found.append(
            Finding("conversations.orphans.lost", CATEGORY, Level.WARNING, "Conversations have lost their text",
                    _few(lost), "Bring the files back from a backup, or delete these conversations.")
        )  # fmt: skip
    if unnamed:
        found.append(
            Finding("conversations.orphans.unnamed", CATEGORY, Level.INFO, "Texts that no conversation names",
                    _few(unnamed), "Nothing is lost; they are what resets and other programs have left.")
        )  # fmt: skip
    return tuple(found)


def transcripts(ground: Ground) -> Iterator[Path]:
    """All transcripts, those in the trash aside."""
    for folder in folders(ground):
        # What a link leads to is no conversation of ours, and is neither read nor cut.
        yield from sorted(path for path in folder.glob("*.jsonl") if path.is_file() and not path.is_symlink())


def torn(ground: Ground) -> Found:
    """Transcripts whose last line was cut off by a crash."""
    found = [path for path in transcripts(ground) if torn_bytes(path)]
    if not found:
        return ()
    return (
        Finding("conversations.torn.line", CATEGORY, Level.WARNING, "A conversation ends in the middle of a line",
                _few([str(path) for path in found]),
                "It is mended when somebody writes there again, or now.", f"Cut {len(found)} half lines off"),
    )  # fmt: skip


def torn_bytes(path: Path) -> int:
    """How many bytes at the end are no whole line, 0 when the file ends as it should or cannot be read."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - _TAIL))
            last = file.read().rpartition(b"\n")[2]
    except OSError:
        return 0
    # Without its line end a whole line is still whole, and is kept.
    return 0 if not last or parse(last) is not None else len(last)


def cut_torn(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
    """Cut off what a crash left half-written; a copy is kept. Raises BadInput while the application runs."""
    found = {path: torn_bytes(path) for path in transcripts(ground)}
    found = {path: count for path, count in found.items() if count}
    if dry_run:
        return Mended(finding_id, False, "\n".join(f"cut {count} bytes off {path}" for path, count in found.items()))
    if ground.owner() is not None:
        raise BadInput(
            "Clawd Desktop is using its conversations.", hint="Quit it, then run: clawd-desktop doctor --fix"
        )
    folder = keeping.place(ground, finding_id)
    keeping.copy(folder, list(found))
    for path, count in found.items():
        with safeio.AppendFile(path) as file:
            file.cut(file.size() - count)
    return Mended(finding_id, True, f"{len(found)} conversations were mended.", str(folder))


def readable(ground: Ground) -> Found:
    """Whether every line of every transcript can be read."""
    bad: list[str] = []
    for path in transcripts(ground):
        try:
            data = safeio.read_file(path, limit=_COUNTED)
        except ClawdError as error:
            bad.append(error.message)
            continue
        count = sum(1 for line in data.splitlines() if line.strip() and parse(line) is None)
        if count:
            bad.append(f"{path}: {count} lines")
    if not bad:
        return ()
    return (
        Finding("conversations.lines.unreadable", CATEGORY, Level.WARNING, "Lines of conversations cannot be read",
                _few(bad), "They are passed over and kept; a backup may have them whole."),
    )  # fmt: skip


def _few(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}."


CHECKS = (
    Check("conversations.index", CATEGORY, "Lists of conversations", indexes),
    Check("conversations.orphans", CATEGORY, "Conversations and their texts", orphans),
    Check("conversations.torn", CATEGORY, "Ends of conversations", torn, cut_torn),
    Check("conversations.lines", CATEGORY, "Lines of conversations", readable, deep=True, limit_s=120.0),
)
