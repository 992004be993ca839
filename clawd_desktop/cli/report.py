"""The `report` command: shows or saves a redacted report for others; nothing of it is sent anywhere."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.doctor import ground_here
from clawd_desktop.cli.exits import Exit
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text

MAKE_S = 180.0
Connect = Callable[[], Awaitable[GatewayClient]]


async def run(arguments: Arguments, connect: Connect, console: Console) -> Exit:
    """Make the report and show it, or save it to a new file."""
    made = await _made(arguments, connect, console)
    if arguments.preview:
        _preview(made, arguments, console)
        return Exit.OK
    path = arguments.out or Path.cwd() / f"clawd-desktop-report-{time.strftime('%Y%m%d-%H%M%S')}.zip"
    _save(made, path)
    shown = _manifest(made)
    if arguments.json:
        console.json({**shown, "path": str(path)})
        return Exit.OK
    _list(shown, console)
    console.line(f"\nSaved as {path}. Nothing was sent. See it first: clawd-desktop report --preview")
    return Exit.OK


async def _made(arguments: Arguments, connect: Connect, console: Console) -> JsonObject:
    """The report with the texts of its parts, by the running application or by this process."""
    parts: list[JsonValue] = [*arguments.parts]
    try:
        client = await connect()
    except ClawdError as error:
        if arguments.url:
            raise
        console.note(f"The application cannot be asked, so this looks by itself. ({error.message})")
        return await _by_itself(arguments)
    try:
        limit = arguments.timeout_s or MAKE_S
        return as_object(await client.request("report.preview", {"parts": parts}, timeout_s=limit))
    finally:
        await client.close()


async def _by_itself(arguments: Arguments) -> JsonObject:
    from clawd_desktop.operations.diagnostics.doctor import Doctor
    from clawd_desktop.operations.diagnostics.report import ReportMaker
    from clawd_desktop.operations.diagnostics.report_parts import Sources

    async with ground_here(arguments) as ground:
        return (await ReportMaker(Sources(ground, Doctor(ground))).preview(arguments.parts)).shown()


def _save(made: JsonObject, path: Path) -> None:
    from clawd_desktop.operations.diagnostics.report import Bundle, Section, write

    sections = tuple(
        Section(
            as_text(row.get("name")), as_text(row.get("title")), Path(as_text(row.get("file"))).name,
            as_text(row.get("text")), as_int(row.get("wholeBytes")), row.get("cut") is True,
            as_int(row.get("droppedLines")),
        )
        for row in (as_object(part) for part in as_list(made.get("parts")))
    )  # fmt: skip
    left_out = tuple(as_text(text) for text in as_list(made.get("notIncluded")))
    write(Bundle(time.time_ns() // 1_000_000, sections, left_out), path)


def _manifest(made: JsonObject) -> JsonObject:
    parts: list[JsonValue] = [
        {key: value for key, value in as_object(part).items() if key != "text"} for part in as_list(made.get("parts"))
    ]
    return {**made, "parts": parts}


def _preview(made: JsonObject, arguments: Arguments, console: Console) -> None:
    if arguments.json:
        console.json(made)
        return
    for part in (as_object(part) for part in as_list(made.get("parts"))):
        console.raw(console.styled(f"== {as_text(part.get('file'))}: {as_text(part.get('title'))}", "bold") + "\n")
        console.line(as_text(part.get("text")))
    _list(_manifest(made), console)


def _list(made: JsonObject, console: Console) -> None:
    rows = [as_object(part) for part in as_list(made.get("parts"))]
    cells = [
        (as_text(row.get("name")), as_text(row.get("title")), f"{as_int(row.get('bytes')):,}", _left_out(row))
        for row in rows
    ]
    print_columns(console, ("part", "what it is", "bytes", "left out"), cells)
    console.line(f"\nNever in a report: {'; '.join(as_text(text) for text in as_list(made.get('notIncluded')))}.")


def _left_out(row: JsonObject) -> str:
    cut = "what was too long" if row.get("cut") is True else ""
    dropped = as_int(row.get("droppedLines"))
    return ", ".join(filter(None, (cut, f"{dropped} lines that could not be cleaned" if dropped else "")))
