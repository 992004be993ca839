"""The exit codes of every command: one table for the code, the help text and the errors that lead to them."""

from __future__ import annotations

from enum import IntEnum

from clawd_desktop.core.errors import AlreadyRunning, ClawdError, Refused
from clawd_desktop.core.values import JsonValue, as_list, as_object, as_text


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


def not_running(url: str) -> NotRunning:
    """Nobody listens at this address."""
    return NotRunning(f"No gateway answers at {url}.", hint="Start it with: clawd-desktop serve")


class TimedOut(ClawdError):
    """The gateway did not answer in time."""

    code = "timeout"


def _issues(details: JsonValue) -> str:
    """Each issue that the gateway names, one a line: "invalid config" alone says nothing."""
    issues = [as_object(issue) for issue in as_list(as_object(details).get("issues"))]
    return "\n".join(": ".join(filter(None, (as_text(i.get("path")), as_text(i.get("message"))))) for i in issues)


class GatewayError(ClawdError):
    """The gateway refused a request; `code` is the protocol's, `details` are the gateway's."""

    def __init__(self, message: str, *, code: str, details: JsonValue = None) -> None:
        super().__init__(message, hint=_issues(details), code=code)
        self.details = details

    @property
    def is_refusal(self) -> bool:
        """Is it about who we are and not about what was asked? The protocol has no code of its own for that."""
        return self.code == "NOT_PAIRED" or self.message.startswith(("missing scope:", "unauthorized"))


_BY_ERROR: tuple[tuple[type[ClawdError], Exit], ...] = (
    (NotRunning, Exit.NOT_RUNNING),
    (TimedOut, Exit.TIMEOUT),
    (Refused, Exit.REFUSED),
    (AlreadyRunning, Exit.IN_USE),
)


def exit_for(error: ClawdError) -> Exit:
    """The exit code that tells a script what happened."""
    if isinstance(error, GatewayError) and error.is_refusal:
        return Exit.REFUSED
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), Exit.FAILED)


def table() -> str:
    """All exit codes for --help, one a line."""
    return "exit codes:\n" + "\n".join(f"  {code:<5d}{meaning}" for code, meaning in MEANINGS.items())
