"""Tells alerts to a program of the owner's: the alert as JSON on its standard input, no shell, no secrets around it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping

import orjson

from clawd_desktop.core.errors import ClawdError, Unavailable
from clawd_desktop.operations.alert_sinks.port import Told

_REAP_S = 2.0
MOST_OUTPUT = 64 * 1024
SHOWN_OUTPUT = 200
# What a program needs to find its own things and the screen; keys and tokens of ours stay here.
KEPT = frozenset({
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "XDG_RUNTIME_DIR",
    "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "SYSTEMROOT", "COMSPEC", "PATHEXT",
    "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMFILES",
})  # fmt: skip


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that the program is given."""
    return {name: value for name, value in environ.items() if name.upper() in KEPT or name.startswith("LC_")}


class CommandSink:
    """Runs `argv` once per message and waits for its end, at most `timeout_s` seconds. Fulfils Sink."""

    def __init__(self, argv: tuple[str, ...], environ: Mapping[str, str], timeout_s: float) -> None:
        self._argv = argv
        self._environ = scrubbed(environ)
        self._timeout_s = timeout_s

    async def send(self, told: Told) -> None:
        """Run it. Raises Unavailable when it cannot be started, fails or does not end; it is then ended."""
        name = self._argv[0]
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=self._environ,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise Unavailable(f"{name} could not be started: {error}.", hint="Check monitoring.sinks.") from error
        try:
            async with asyncio.timeout(self._timeout_s):
                output = await _talk(process, orjson.dumps(told.as_json()) + b"\n")
                code = await process.wait()
        except TimeoutError as error:
            raise Unavailable(f"{name} did not end within {self._timeout_s:g} s and was ended.") from error
        finally:
            # Also what it left behind in its group: nobody waits for that.
            await _end(process)
        if code:
            raise _failed(name, code, output)


async def _talk(process: asyncio.subprocess.Process, data: bytes) -> bytes:
    """Give it the data and read all that it says; only the first part is kept."""
    if process.stdin is None or process.stdout is None:
        return b""
    with contextlib.suppress(ConnectionError):
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()
    kept = b""
    while piece := await process.stdout.read(65_536):
        kept += piece[: MOST_OUTPUT - len(kept)]
    return kept


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    # There is no public way to close its pipes, which stay open as long as anything lives that it started elsewhere.
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
    with contextlib.suppress(TimeoutError):  # one that may not be killed must not hold up other alerts
        async with asyncio.timeout(_REAP_S):
            await process.wait()


def _failed(name: str, code: int, output: bytes) -> ClawdError:
    said = " ".join(output.decode("utf-8", "replace").split())[:SHOWN_OUTPUT]
    return Unavailable(f"{name} ended with {code}{f': {said}' if said else ''}.")
