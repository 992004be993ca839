"""The `logs` command: the newest lines of the running application's log, and those that come."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from datetime import datetime

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.console import Console
from clawd_desktop.core.log_text import read_text_line
from clawd_desktop.core.shown import shown_whole
from clawd_desktop.core.values import JsonObject, JsonValue, as_object, as_text

USUAL = 100
_EVERY_S = 0.5
_MOST_BYTES = 1_000_000
_MOST_LINES = 5_000
LEVELS = ("debug", "info", "warn", "error", "fatal")
_COLOURS = {"WARN": "yellow", "ERROR": "red", "FATAL": "red", "DEBUG": "dim"}


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    """Print lines until all are shown or, when following, until it is interrupted. Raises GatewayError."""
    answer = await _tail(client, None)
    lines = list(wanted(_lines(answer), arguments.level, arguments.subsystem))
    _print(lines[-(arguments.limit or USUAL) :], arguments, console)
    while arguments.follow:
        await asyncio.sleep(_EVERY_S)
        file, cursor = answer.get("file"), answer.get("cursor")
        answer = await _tail(client, cursor)
        if answer.get("file") != file or answer.get("reset") is True:
            # Another day, or the file was cut: what is new begins at its start.
            answer = await _tail(client, 0 if answer.get("file") != file else None)
        _print(list(wanted(_lines(answer), arguments.level, arguments.subsystem)), arguments, console)


def wanted(lines: Iterable[JsonObject], level: str, subsystem: str) -> Iterable[JsonObject]:
    """The lines of at least that level ("": all) and of that part of the application with all that belongs to it."""
    least = LEVELS.index(level) if level else 0
    for line in lines:
        name = part_of(line)
        important = LEVELS.index(level_of(line).lower()) >= least
        if important and (not subsystem or name == subsystem or name.startswith(f"{subsystem}.")):
            yield line


def parsed(text: str) -> JsonObject:
    """One line of the log, in either form; a line of another form keeps its text."""
    try:
        found: JsonValue = json.loads(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else read_text_line(text) or {"0": text}


def level_of(line: JsonObject) -> str:
    """DEBUG, INFO, WARN, ERROR or FATAL; INFO where a line says none of these."""
    name = as_text(as_object(line.get("_meta")).get("logLevelName"))
    return name if name.lower() in LEVELS else "INFO"


def part_of(line: JsonObject) -> str:
    """The part of the application that wrote the line, "" when it does not say."""
    name = parsed(as_text(as_object(line.get("_meta")).get("name")))
    return as_text(name.get("subsystem"))


def _print(lines: list[JsonObject], arguments: Arguments, console: Console) -> None:
    for line in lines:
        if arguments.json:
            console.raw(f"{json.dumps(line, ensure_ascii=True)}\n")
        else:
            level = level_of(line)
            head = f"{_local(as_text(line.get('time')))} {level.lower():5}"
            text = "\n    ".join(map(shown_whole, as_text(line.get("0")).split("\n")))
            part = f" {part_of(line)}" if part_of(line) else ""
            console.raw(f"{console.styled(f'{head}{part}', _COLOURS.get(level, 'bold'))}: {console.clean(text)}\n")


def _local(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return time.strftime("%H:%M:%S")


def _lines(answer: JsonObject) -> list[JsonObject]:
    found = answer.get("lines")
    return [parsed(as_text(line)) for line in found] if isinstance(found, list) else []


async def _tail(client: GatewayClient, cursor: JsonValue) -> JsonObject:
    params: JsonObject = {"limit": _MOST_LINES, "maxBytes": _MOST_BYTES}
    return as_object(await client.request("logs.tail", params if cursor is None else {**params, "cursor": cursor}))
