"""The commands that talk to a running gateway, and `version`: one row each."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TextIO

from clawd_desktop import __version__
from clawd_desktop.cli import (
    alerts,
    audit,
    backup,
    dashboard,
    devices,
    doctor,
    hash_password,
    logs,
    metrics,
    nodes,
    profiles,
    report,
    resources,
    restore,
    services,
    status,
    traces,
)
from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.chat import Talk
from clawd_desktop.cli.client import CONNECT_S, GatewayClient
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit, GatewayError, NotRunning, TimedOut, exit_for
from clawd_desktop.cli.target import Target, is_loopback
from clawd_desktop.core.errors import BadInput, ClawdError, Refused
from clawd_desktop.core.values import JsonObject, as_int

Find = Callable[[], Awaitable[Target]]
# Asks the application itself to end: its pid (0 when not known), None when it does not run.
Door = Callable[[], Awaitable[int | None]]
# What the application says of itself, nothing when it does not run.
Look = Callable[[], Awaitable[JsonObject]]
QUIT_METHOD = "desktop.quit"
QUIT_S = 10.0
LOOK_EVERY_S = 0.02


async def nothing_to_see() -> JsonObject:
    """There is no local application."""
    return {}


async def run(
    arguments: Arguments,
    find: Find,
    console: Console,
    keyboard: TextIO,
    door: Door,
    look: Look = nothing_to_see,
    ask: dashboard.Ask = dashboard.nobody_there,
) -> Exit:
    """Do what was asked and return the exit code; errors end as sentences on the console.

    `find` names the gateway and is asked only by commands that need one; `door`, `look` and `ask` are the ways to a
    local application that need none.
    """
    try:
        return await COMMANDS[arguments.command](_Work(arguments, find, console, keyboard, door, look, ask))
    except ClawdError as error:
        console.problem(error)
        return exit_for(error)
    except BrokenPipeError:
        # Whoever read the output (head, less) has seen enough; what Python flushes at the end goes nowhere.
        _write_no_more()
        return Exit.OK
    except OSError as error:
        _write_no_more()
        console.note(f"The result could not be written: {error.strerror or error}.")
        return Exit.FAILED


def _write_no_more() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Work:
    """What a command works with."""

    def __init__(
        self,
        arguments: Arguments,
        find: Find,
        console: Console,
        keyboard: TextIO,
        door: Door,
        look: Look,
        ask: dashboard.Ask,
    ) -> None:
        self.arguments = arguments
        self.console = console
        self.keyboard = keyboard
        self.door = door
        self.look = look
        self.ask = ask
        self._find = find

    async def connect(self) -> GatewayClient:
        """A new connection. Raises NotRunning, Refused, TimedOut."""
        limit = self.arguments.timeout_s or CONNECT_S
        client = GatewayClient(await self._find(), timeout_s=limit)
        await client.connect()
        return client


async def _status(work: _Work) -> Exit:
    try:
        report, code = await _report(work), Exit.OK
    except ClawdError as error:
        found = await _look(work)
        if not found:
            raise
        report, code = found, exit_for(error)
        # It runs and says itself what is wrong: no hint to start it.
        work.console.problem(NotRunning(error.message) if isinstance(error, NotRunning) else error)
    if work.arguments.json:
        work.console.json(report)
    else:
        status.show(report, work.console)
    return code


async def _report(work: _Work) -> JsonObject:
    client = await work.connect()
    try:
        return await status.fetch(client)
    finally:
        await client.close()


async def _look(work: _Work) -> JsonObject:
    """What the application says of itself where its gateway cannot be asked."""
    try:
        return await work.look()
    except ClawdError:
        return {}


async def _call(work: _Work) -> Exit:
    client = await work.connect()
    try:
        payload = await client.request(work.arguments.method, work.arguments.params, final=True)
    finally:
        await client.close()
    work.console.json(payload)
    return Exit.OK


def _over_socket(
    run_topic: Callable[[Arguments, GatewayClient, Console], Awaitable[Exit | None]],
) -> Callable[[_Work], Awaitable[Exit]]:
    """A command that only talks with the gateway: `run_topic` gets the connection, and answers OK unless it says so."""

    async def command(work: _Work) -> Exit:
        client = await work.connect()
        try:
            return await run_topic(work.arguments, client, work.console) or Exit.OK
        finally:
            await client.close()

    return command


async def _doctor(work: _Work) -> Exit:
    return await doctor.run(work.arguments, work.connect, work.console)


async def _backup(work: _Work) -> Exit:
    return await backup.run(work.arguments, work.connect, work.console, work.keyboard)


async def _restore(work: _Work) -> Exit:
    return await restore.run(work.arguments, work.connect, work.look, work.console, work.keyboard)


async def _report_for_others(work: _Work) -> Exit:
    return await report.run(work.arguments, work.connect, work.console)


async def _chat(work: _Work) -> Exit:
    talk = Talk(work.connect, work.arguments.session, work.console)
    message = work.arguments.message
    try:
        if message is None and work.keyboard.isatty():
            return await talk.converse(work.keyboard)
        if message is None or message == "-":
            message = await asyncio.to_thread(work.keyboard.read)
        if not message.strip():
            raise BadInput("There is no message to send.", hint="Write: clawd-desktop chat 'How are you?'")
        return await talk.ask(message, timeout_s=work.arguments.timeout_s)
    finally:
        await talk.close()


async def _quit(work: _Work) -> Exit:
    limit = work.arguments.timeout_s or QUIT_S
    pid = await work.door()
    if pid is None:
        pid = await _quit_over_socket(work)
    await _gone(pid, limit)
    work.console.note("Quit.")
    return Exit.OK


async def _quit_over_socket(work: _Work) -> int:
    """End the application behind the gateway's address; returns its pid, 0 when that is on another computer."""
    client = await work.connect()
    try:
        pid = as_int((await status.fetch(client)).get("pid"))
        try:
            await client.request(QUIT_METHOD)
        except GatewayError as error:
            if error.is_refusal:
                raise
            raise Refused(
                "What runs there is another program's gateway.", hint="Stop it with its own command."
            ) from error
        except NotRunning:
            pass  # It was quicker than its answer.
        async with asyncio.timeout(work.arguments.timeout_s or QUIT_S):
            await client.wait_closed()
    except TimeoutError as error:
        raise _still_there(work.arguments.timeout_s or QUIT_S) from error
    finally:
        await client.close()
    return pid if is_loopback(client.url) else 0


async def _gone(pid: int, limit_s: float) -> None:
    """Wait until the process has ended, so that a script can go on with its files. Raises TimedOut."""
    end = time.monotonic() + limit_s
    while pid and _runs(pid):
        if time.monotonic() > end:
            raise _still_there(limit_s)
        await asyncio.sleep(LOOK_EVERY_S)


def _runs(pid: int) -> bool:
    import psutil

    try:
        # One that has ended keeps its number until whoever started it has asked for its exit code.
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _still_there(limit_s: float) -> TimedOut:
    return TimedOut(f"The application did not end within {limit_s:g} s.", hint="Its log says what it waits for.")


async def _dashboard(work: _Work) -> Exit:
    return await dashboard.show(work.arguments, work.console, work.ask)


async def _hash_password(work: _Work) -> Exit:
    return await hash_password.run(work.console, work.keyboard)


async def _version(work: _Work) -> Exit:
    if work.arguments.json:
        python = platform.python_version()
        work.console.json({"version": __version__, "python": python, "platform": platform.platform()})
    else:
        work.console.line(f"clawd-desktop {__version__}")
    return Exit.OK


COMMANDS: dict[str, Callable[[_Work], Awaitable[Exit]]] = {
    "status": _status,
    "call": _call,
    "chat": _chat,
    "dashboard": _dashboard,
    "devices": _over_socket(devices.run),
    "nodes": _over_socket(nodes.run),
    "metrics": _over_socket(metrics.run),
    "alerts": _over_socket(alerts.run),
    "trace": _over_socket(traces.run),
    "inspect": _over_socket(traces.inspect),
    "profile": _over_socket(profiles.run),
    "resources": _over_socket(resources.run),
    "services": _over_socket(services.run),
    "logs": _over_socket(logs.run),
    "audit": _over_socket(audit.run),
    "doctor": _doctor,
    "backup": _backup,
    "restore": _restore,
    "report": _report_for_others,
    "quit": _quit,
    "hash-password": _hash_password,
    "version": _version,
}
