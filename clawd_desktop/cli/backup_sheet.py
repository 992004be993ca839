"""Shows or writes the recovery sheet: what brings a backup back when this computer is gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.backup_alone import alone
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.core.values import JsonValue

_WHAT_IS_MISSING = {
    "passphrase": "Write the passphrase on it by hand: nobody can replace it.",
    "keys": "The secret key is not on it, as it is not kept here. Write down where it is.",
    "nothing": "Backups are not locked: whoever has the file can read it.",
}


async def run(arguments: Arguments, console: Console) -> Exit:
    """Do it; reads only, so it is the same whether the application runs. Raises BadInput, Unreadable, StorageFault."""
    from clawd_desktop.backup import recovery_sheet
    from clawd_desktop.backup.sheet_facts import sheet_of, write_sheet

    async with alone(arguments, lambda _: None) as here:
        sheet = await sheet_of(here.desk, here.desk.wanted.sealed())
    target = _file(arguments.target)
    if target is not None:
        await asyncio.to_thread(write_sheet, sheet, target)
    if arguments.json:
        places: list[JsonValue] = [*sheet.places]
        commands: list[JsonValue] = [*recovery_sheet.commands(sheet)]
        console.json(
            {
                "path": str(target) if target else "", "file": sheet.file, "places": places,
                "closedWith": sheet.closed_with, "commands": commands,
            }
        )  # fmt: skip
    elif target is None:
        console.line(recovery_sheet.text(sheet).rstrip("\n"))
    else:
        console.line(str(target))
        console.line(_WHAT_IS_MISSING[sheet.closed_with])
    return Exit.OK


def _file(typed: str) -> Path | None:
    return Path(typed).expanduser().absolute() if typed else None
