"""The exit codes of every command: one table for the code, the help text and the errors that lead to them."""

from __future__ import annotations

from enum import IntEnum

from clawd_desktop.core.errors import AlreadyRunning, BadInput, ClawdError, Refused


class Exit(IntEnum):
    """What a command's exit code means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_RUNNING = 3
    REFUSED = 4
    TIMEOUT = 5
    IN_USE = 6
    INTERRUPTED = 130


MEANINGS = {
    Exit.OK: "done",
    Exit.FAILED: "failed; the sentence on standard error says why",
    Exit.USAGE: "wrong arguments",
    Exit.NOT_RUNNING: "no gateway answers at the address",
    Exit.REFUSED: "the gateway refused: credential, pairing or permission",
    Exit.TIMEOUT: "no answer in time",
    Exit.IN_USE: "another process owns the state folder or the port",
    Exit.INTERRUPTED: "interrupted by Ctrl+C",
}


class NotRunning(ClawdError):
    """No gateway answers at the address."""

    code = "not_running"


class TimedOut(ClawdError):
    """The gateway did not answer in time."""

    code = "timeout"


_BY_ERROR: tuple[tuple[type[ClawdError], Exit], ...] = (
    (NotRunning, Exit.NOT_RUNNING),
    (TimedOut, Exit.TIMEOUT),
    (Refused, Exit.REFUSED),
    (AlreadyRunning, Exit.IN_USE),
    (BadInput, Exit.FAILED),
)


def exit_for(error: ClawdError) -> Exit:
    """The exit code that tells a script what happened."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), Exit.FAILED)


def table() -> str:
    """All exit codes for --help, one a line."""
    return "exit codes:\n" + "\n".join(f"  {code:<5d}{meaning}" for code, meaning in MEANINGS.items())
