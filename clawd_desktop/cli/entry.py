"""Runs a command that talks to a gateway, from the arguments to the exit code, with this computer's own settings."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.commands import run as run_command
from clawd_desktop.cli.console import system_console
from clawd_desktop.cli.door import LocalPass, ask_for_pass, ask_for_status, ask_to_quit
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.pins import pinned
from clawd_desktop.cli.target import Target, find_target
from clawd_desktop.config.paths import Paths, find_paths
from clawd_desktop.core.values import JsonObject


def run(arguments: Arguments) -> int:
    """Do what was asked; returns the exit code."""
    try:
        return int(asyncio.run(_run(arguments)))
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)


async def _run(arguments: Arguments) -> Exit:
    paths = find_paths(os.environ, Path.home(), arguments.data_dir)

    async def door() -> int | None:
        return None if arguments.url else await ask_to_quit(paths.state, paths.run)

    async def look() -> JsonObject:
        return {} if arguments.url else await ask_for_status(paths.run)

    async def ask() -> LocalPass | None:
        return await ask_for_pass(paths.run)

    console = system_console()
    return await run_command(arguments, lambda: _find(arguments, paths), console, sys.stdin, door, look, ask)


async def _find(arguments: Arguments, paths: Paths) -> Target:
    # Only commands that need a gateway read the configuration, and only some of them need the keyring.
    from clawd_desktop.config.secret_refs import resolve
    from clawd_desktop.config.store import ConfigStore
    from clawd_desktop.core.bus import EventBus
    from clawd_desktop.core.clock import SystemClock
    from clawd_desktop.system.secrets import SecretStore

    bus, clock = EventBus(), SystemClock()
    config = ConfigStore(paths, os.environ, clock, bus)
    await config.load()
    secrets = SecretStore(paths.own, os.environ, bus, clock)
    gateway = config.config.gateway
    found = await find_target(
        arguments, os.environ, gateway, lambda text: resolve(text, secrets), lambda: ask_for_pass(paths.run)
    )
    return pinned(found, arguments, gateway, paths)
