"""The `backup` command: all that is done with backups but restoring them, with the running application or without."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

from clawd_desktop.cli import backup_sheet, backup_shown
from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.backup_alone import alone
from clawd_desktop.cli.client import GatewayClient, GatewayEvent
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.target import is_loopback
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.safeio import read_file
from clawd_desktop.core.values import JsonObject, JsonValue, as_object

# A backup takes as long as its disk takes; who does not want to wait gives --timeout, or presses Ctrl+C.
LONGEST_S = 86_400.0
STOP_S = 10.0
_LONGEST_KEY = 16_384
_PROGRESS = "backup.progress"
# What the refusals of a locked backup say where no passphrase came along.
_SEALED = ("is sealed.", "opens with a passphrase")
Connect = Callable[[], Awaitable[GatewayClient]]
Ask = Callable[[str, JsonObject], Awaitable[JsonObject]]


async def run(arguments: Arguments, connect: Connect, console: Console, keyboard: TextIO) -> Exit:
    """Do it and tell. Raises what the application or the desk of backups raises."""
    if arguments.action == "sheet":
        return await backup_sheet.run(arguments, console)
    params = await _params(arguments)
    async with _whom_to_ask(arguments, connect, console) as ask:
        try:
            found, _ = await with_key(ask, f"backup.{arguments.action}", params, keyboard)
        finally:
            console.status("")
    if arguments.json:
        console.json(found)
    else:
        backup_shown.SHOW[arguments.action](found, console)
    return Exit.FAILED if found.get("ok") is False else Exit.OK


async def _params(arguments: Arguments) -> JsonObject:
    """What is asked for; the secret stands in a file, never on the command line."""
    params: JsonObject = {}
    if arguments.action == "create":
        areas: list[JsonValue] = [*arguments.only]
        params = {"areas": areas, "note": arguments.note}
        if arguments.out is not None:
            params["folder"] = str(arguments.out.absolute())
    elif arguments.action == "prune":
        params = {"dryRun": arguments.dry_run}
    elif arguments.action == "list":
        params = {"remote": arguments.remote} if arguments.remote else {}
    elif arguments.target:
        params = {"id": await asyncio.to_thread(which, arguments.target)}
    exports = arguments.action == "export"
    if exports:
        params["file"] = str((arguments.out or Path()).expanduser().absolute())
    if secret := await asyncio.to_thread(read_secret, arguments.passphrase_file):
        params["lock" if exports else "passphrase"] = secret
    if exports and (opens := await asyncio.to_thread(read_secret, arguments.opens)):
        params["passphrase"] = opens
    return params


def which(target: str) -> str:
    """The path of a file or folder that is there, else what was typed."""
    file = Path(target).expanduser()
    return str(file.absolute()) if file.exists() else target


def read_secret(file: Path | None) -> str:
    """The passphrase or key in the file, "" without one. Raises BadInput for an empty file, NotFound, StorageFault."""
    if file is None:
        return ""
    text = read_file(file, limit=_LONGEST_KEY).decode("utf-8", "replace")
    if not text.strip():
        raise BadInput(f"{file} is empty.", hint="Write the passphrase into it, as one line.")
    return text.strip("\r\n")


async def with_key(ask: Ask, method: str, params: JsonObject, keyboard: TextIO) -> tuple[JsonObject, JsonObject]:
    """The answer, and the parameters that got it: where a locked backup wants its passphrase, a person is asked for it.

    Raises BadInput when there is nobody to ask, and what `ask` raises.
    """
    try:
        return await ask(method, params), params
    except ClawdError as error:
        locked = error.code == "backup.no_passphrase" or any(words in error.message for words in _SEALED)
        if "passphrase" in params or not locked:
            raise
        if not keyboard.isatty():
            option = "--open-with" if method == "backup.export" else "--passphrase-file"
            raise BadInput("The backup is locked.", hint=f"Give its passphrase or key with {option} FILE.") from error
    typed = await asyncio.to_thread(getpass.getpass, "Passphrase of the backup: ")
    opened: JsonObject = {**params, "passphrase": typed}
    return await ask(method, opened), opened


@asynccontextmanager
async def _whom_to_ask(arguments: Arguments, connect: Connect, console: Console) -> AsyncIterator[Ask]:
    def told(progress: JsonObject) -> None:
        console.status(backup_shown.progress_line(progress))

    try:
        client = await connect()
    except ClawdError as error:
        if arguments.url:
            raise
        console.note(f"The application cannot be asked, so this works by itself. ({error.message})")
        async with alone(arguments, told) as here:
            yield here.ask
        return
    try:
        if not is_loopback(client.url) and await asyncio.to_thread(_is_file, arguments.target):
            async with alone(arguments, told) as here:
                yield here.ask
        else:
            yield _over_the_socket(client, arguments, told)
    finally:
        await client.close()


def _is_file(target: str) -> bool:
    return bool(target) and Path(target).expanduser().exists()


def _over_the_socket(client: GatewayClient, arguments: Arguments, told: Callable[[JsonObject], None]) -> Ask:
    def hear(event: GatewayEvent) -> None:
        if event.name == _PROGRESS:
            told(event.payload)

    async def ask(method: str, params: JsonObject) -> JsonObject:
        try:
            return as_object(await client.request(method, params, timeout_s=arguments.timeout_s or LONGEST_S))
        except asyncio.CancelledError:
            with contextlib.suppress(ClawdError):
                await client.request("backup.stop", timeout_s=STOP_S)
            raise

    client.listen(hear)
    return ask
