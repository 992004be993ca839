"""Checks of SQLite: its version, and whether each database is whole. They are only read."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, ClawdError, Unreadable
from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.operations.diagnostics import keeping
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.storage.database import Database

CATEGORY = "databases"
# Source: sqlite.org/wal.html, "the WAL-reset bug": corruption with several connections, corrected in 3.51.3.
OLDEST = (3, 51, 3)
_MAGIC = b"SQLite format 3\0"
_ENDS = (".db", ".sqlite", ".sqlite3")
_BESIDE = ("-wal", "-shm", "-journal")
BUSY_MS = 1_000


def version(ground: Ground) -> Found:
    """Whether the SQLite in use has the corrections that count."""
    import apsw

    return version_finding(apsw.sqlite_lib_version())


def version_finding(text: str) -> Found:
    """What a version such as "3.50.1" means."""
    numbers = tuple(int(part) for part in text.split(".") if part.isdecimal())
    if numbers >= OLDEST:
        return ()
    return (
        Finding("databases.version.old", CATEGORY, Level.WARNING, "An old SQLite is in use",
                f"It is {text}; {'.'.join(map(str, OLDEST))} corrects a fault that can damage databases.",
                "Install Clawd Desktop again, so that it gets a newer apsw."),
    )  # fmt: skip


def databases(ground: Ground) -> Iterator[Path]:
    """The databases in the folders of this program, copies kept by repairs aside."""
    for root in dict.fromkeys((ground.paths.state, ground.paths.cache)):
        for folder, inner, names in os.walk(root):
            here = Path(folder)
            inner[:] = [name for name in inner if name != keeping.FOLDER and here / name != ground.workspace]
            yield from (here / name for name in sorted(names) if name.endswith(_ENDS) and (here / name).is_file())


async def quick(ground: Ground) -> Found:
    """Whether each database is whole, as far as can be seen quickly."""
    return await _checked(ground, "quick_check")


async def thorough(ground: Ground) -> Found:
    """Whether each database is whole, indexes too."""
    return await _checked(ground, "integrity_check")


async def _checked(ground: Ground, pragma: str) -> Found:
    found: list[Finding] = []
    held = ground.held()
    for path in await asyncio.to_thread(lambda: tuple(databases(ground))):
        # One that this process has open is locked for everybody else: only its own thread can look into it.
        if path in held:
            level, told = await _asked(held[path], pragma)
        else:
            level, told = await asyncio.to_thread(examine, path, pragma)
        if told:
            mendable = level is Level.ERROR
            found.append(
                Finding(f"databases.{'quick' if pragma == 'quick_check' else 'whole'}.{_named(ground, path)}", CATEGORY,
                        level, "A database is damaged" if mendable else "A database could not be looked at",
                        f"{path}: {told}",
                        "Quit Clawd Desktop and have it put aside: it is then made anew." if mendable else "Try again.",
                        "Put the damaged file aside; a new one is made" if mendable else "")
            )  # fmt: skip
    return tuple(found)


async def _asked(database: Database, pragma: str) -> tuple[Level, str]:
    """What a database that is open here says of itself, and how much that matters."""
    try:
        damage = await database.check(deep=pragma != "quick_check")
    except Unreadable as fault:
        return Level.ERROR, fault.sentence()
    except ClawdError as fault:
        return Level.WARNING, fault.sentence()
    return (Level.ERROR, damage) if damage else (Level.OK, "")


def examine(path: Path, pragma: str) -> tuple[Level, str]:
    """What is wrong with this database ("" when nothing is), and how much that matters."""
    import apsw

    # Never a pipe or a device: opening one waits for whoever is at its other end.
    with contextlib.suppress(ClawdError), safeio.open_regular(path) as file, safeio.explained(path, "read"):
        head = file.read(len(_MAGIC))
        if not head:
            return Level.OK, ""
        if head != _MAGIC:
            return Level.ERROR, "It is no database: its beginning is something else."
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    try:
        connection = apsw.Connection(f"file:{quote(str(path))}?mode=ro", flags=flags)
        try:
            connection.set_busy_timeout(BUSY_MS)
            rows = [str(row[0]) for row in connection.execute(f"pragma {pragma}(3)")]
        finally:
            connection.close()
    except (apsw.CorruptError, apsw.NotADBError) as error:
        return Level.ERROR, f"{error}."
    except apsw.Error as error:
        return Level.WARNING, f"{error}."
    return (Level.OK, "") if rows == ["ok"] else (Level.ERROR, f"{'; '.join(rows)[:300]}.")


def put_aside(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
    """Move the damaged database and what belongs to it out of the way. Raises BadInput while somebody uses it."""
    path = next((path for path in databases(ground) if finding_id.endswith(f".{_named(ground, path)}")), None)
    if path is None:
        raise BadInput("That database is not there any more.")
    files = [path, *(other for end in _BESIDE if (other := path.with_name(path.name + end)).exists())]
    if dry_run:
        return Mended(finding_id, False, "\n".join(f"move {file}" for file in files))
    if ground.owner() is not None:
        raise BadInput("Clawd Desktop is using its databases.", hint="Quit it, then run: clawd-desktop doctor --fix")
    folder = keeping.place(ground, "databases")
    keeping.move(folder, files)
    return Mended(finding_id, True, f"{path} was put aside; it is made anew at the next start.", str(folder))


def _named(ground: Ground, path: Path) -> str:
    for root in (ground.paths.state, ground.paths.cache):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


CHECKS = (
    Check("databases.version", CATEGORY, "SQLite", version),
    Check("databases.quick", CATEGORY, "Databases", quick, put_aside, limit_s=20.0),
    Check("databases.whole", CATEGORY, "Databases, thoroughly", thorough, put_aside, deep=True, limit_s=300.0),
)
