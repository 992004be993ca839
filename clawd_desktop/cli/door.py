"""Speaks with the application of this state folder through its local door: no password, port or keyring is needed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.cli.arguments import SERVE, Arguments
from clawd_desktop.cli.exits import Exit
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Unavailable
from clawd_desktop.core.safeio import LOCK, read_file
from clawd_desktop.core.values import JsonObject, as_int, as_list, as_object, as_text
from clawd_desktop.system.control_channel import close, endpoint, read_line, write_line
from clawd_desktop.system.single_instance import Instance

ANSWER_S = 2.0
Door = Callable[[JsonObject], Awaitable[JsonObject]]


async def answered(doors: Mapping[str, Door], request: JsonObject) -> JsonObject:
    """What the door answers to a request. Raises BadInput for one that it does not know."""
    door = doors.get(as_text(request.get("do")))
    if door is None:
        raise BadInput("This Clawd Desktop runs without windows.", hint="Use clawd-desktop status or chat.")
    return await door(request)


def quitting(quit_event: asyncio.Event) -> Door:
    """The door that ends the application."""

    async def quit_it(_request: JsonObject) -> JsonObject:
        quit_event.set()
        return {"ok": True}

    return quit_it


async def ask_to_quit(state: Path, run: Path) -> int | None:
    """Ask it to end; its pid (0 when not known), or None when nothing runs with this folder.

    Raises Unavailable when it runs and does not obey.
    """
    pid = _owner(state)
    hint = f"End it: kill {pid}" if pid else "End it by hand."
    return pid if await _ask(run, {"do": "quit"}, hint) is not None else None


async def ask_for_status(run: Path) -> JsonObject:
    """The application's own report, also when its gateway cannot be asked; empty when it does not run.

    Raises Unavailable when it runs and does not answer.
    """
    answer = await _ask(run, {"do": "status"}, "Try again in a moment.")
    return as_object(answer.get("desktop")) if answer is not None else {}


@dataclass(frozen=True, slots=True)
class LocalPass:
    """A one-time pass of the application of this state folder.

    It counts at `addresses`, for `expires_ms` milliseconds. `page` is the control page's address, "" when it is off.
    """

    text: str = field(repr=False)
    addresses: tuple[str, ...]
    page: str
    expires_ms: int


async def ask_for_pass(run: Path) -> LocalPass | None:
    """A pass into its gateway, None when nothing runs with this folder.

    Raises Unavailable when it runs and does not answer, or its gateway does not listen.
    """
    answer = await _ask(run, {"do": "pass"}, "Try again in a moment.")
    if answer is None:
        return None
    addresses = tuple(as_text(address) for address in as_list(answer.get("addresses")))
    expires = as_int(answer.get("expiresInMs"))
    return LocalPass(as_text(answer.get("pass")), addresses, as_text(answer.get("page")), expires)


async def _ask(run: Path, request: JsonObject, hint: str) -> JsonObject | None:
    """The answer to the request, None when nobody listens. Raises Unavailable, with `hint` when none comes."""
    door = endpoint(run)
    try:
        reader, writer = await door.connect()
    except (NotFound, OSError):
        return None
    try:
        async with asyncio.timeout(ANSWER_S):
            await write_line(writer, door.sign(request))
            answer = await read_line(reader)
    except (OSError, ValueError) as error:
        raise Unavailable("Clawd Desktop is running but does not answer.", hint=hint) from error
    finally:
        await close(writer)
    if answer.get("ok") is not True:
        raise Unavailable(as_text(answer.get("error"), "Clawd Desktop refused."), hint=as_text(answer.get("hint")))
    return answer


async def hand_over(instance: Instance, arguments: Arguments, state: Path) -> Exit:
    """Ask the process that owns the folder to show itself; only the application does, not the headless gateway."""
    if arguments.command == SERVE:
        who = f" (pid {instance.owner_pid})" if instance.owner_pid else ""
        what = f"Clawd Desktop{who} already runs with {state}."
        sys.stderr.write(f"{what} Quit it first, or use --data-dir.\n")
        return Exit.IN_USE
    try:
        await instance.hand_over({"do": "show", "page": arguments.show})
    except ClawdError as error:
        sys.stderr.write(f"{error.sentence()}\n")
        return Exit.FAILED
    sys.stdout.write("Clawd Desktop already runs; its window was opened.\n")
    return Exit.OK


def _owner(state: Path) -> int:
    """The pid that the owner of the folder wrote into its lock, 0 when there is none to read."""
    try:
        text = read_file(state / LOCK, limit=64).decode("ascii", "replace").strip()
    except ClawdError:
        return 0
    return int(text) if text.isdecimal() else 0
