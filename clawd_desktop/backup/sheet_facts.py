"""Gathers what stands on the recovery sheet of this computer, and writes it where only its owner can read it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.backup import age_header, recovery_sheet
from clawd_desktop.backup.age_passphrase import KIND
from clawd_desktop.backup.areas import title_of
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.records import BackupRecord, newest_good
from clawd_desktop.backup.recovery_sheet import ClosedWith, Sheet
from clawd_desktop.backup.sealing import is_sealed
from clawd_desktop.backup.taking import PLAIN, PREFIX, SEALED, host_name
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, ClawdError

if TYPE_CHECKING:  # the section is loaded when it is first needed
    from clawd_desktop.config.schema.backup import Sealed

_HEAD = 64
_PAGES = (".html", ".htm")


async def sheet_of(desk: BackupDesk, sealed: Sealed, identity: str = "") -> Sheet:
    """The sheet of the newest good backup, or of those to come where it is not locked as they will be, or with a key.

    `identity` is a secret key that was just made. Raises what `BackupDesk.all` raises.
    """
    good = newest_good(await desk.all())
    will_be = "keys" if identity else coming(sealed)
    places = tuple(str(folder) for folder in desk.folders())
    recipients = tuple(sealed.recipients)
    if good is not None and not identity:
        lock = await asyncio.to_thread(closed_with, Path(good.path))
        if lock == will_be or will_be == "nothing":
            return _of_one(good, lock, places, recipients if lock == will_be else ())
    name = f"{PREFIX}{host_name()}-{recovery_sheet.DATE}{PLAIN if will_be == 'nothing' else SEALED}"
    return Sheet(name, host_name(), "", places, will_be, (), recipients, identity)


def coming(sealed: Sealed) -> ClosedWith:
    """How the settings say that backups are closed."""
    return "keys" if sealed.recipients else "passphrase" if sealed.passphrase else "nothing"


def closed_with(path: Path) -> ClosedWith:
    """How a backup is closed, by its first bytes; blocks. One that cannot be read is taken for what its name says."""
    try:
        with safeio.explained(path, "read"), safeio.open_regular(path) as file:
            if not is_sealed(file.read(_HEAD)):
                return "nothing"
            file.seek(0)
            header, _ = age_header.read(file)
            return "passphrase" if any(stanza.kind == KIND for stanza in header.stanzas) else "keys"
    except (ClawdError, Damaged):
        return "passphrase" if path.name.endswith(SEALED) else "nothing"


def write_sheet(sheet: Sheet, path: Path) -> None:
    """Write it as a page (.html) or as text, readable by its owner only; blocks.

    Raises BadInput for a file that is there already or a form that this cannot write, StorageFault.
    """
    if path.exists():
        raise BadInput(f"{path} is there already.", hint="Choose another name, or remove it.")
    if path.suffix.lower() == ".pdf":
        raise BadInput("A PDF is made by the window.", hint="Write .html or .txt, or use the page Backup & restore.")
    made = recovery_sheet.page(sheet) if path.suffix.lower() in _PAGES else recovery_sheet.text(sheet)
    safeio.write_file(path, made.encode())


def _of_one(good: BackupRecord, lock: ClosedWith, places: tuple[str, ...], recipients: tuple[str, ...]) -> Sheet:
    file = Path(good.path)
    made = datetime.fromtimestamp(good.at_ms / 1000, UTC).strftime("%d %B %Y, %H:%M UTC")
    lies = tuple(dict.fromkeys((str(file.parent), *places)))
    return Sheet(file.name, host_name(), made, lies, lock, tuple(_title(area) for area in good.areas), recipients)


def _title(area: str) -> str:
    try:
        return title_of(area)
    except KeyError:  # of a later version
        return area
