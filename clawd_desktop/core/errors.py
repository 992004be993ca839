"""The exception tree: each error has a code for machines, a sentence for people and what to do next.

ClawdError
├── BadInput            the caller sent something that cannot be used
│   └── Conflict        what is being changed was changed underneath
├── NotFound            the named thing does not exist
├── Refused             not allowed: credential, role, scope or policy
├── Unavailable         it cannot be done now; the cause may go away by itself
│   ├── StorageFault    disk full, read-only, vanished, I/O error
│   ├── AlreadyRunning  another process owns the state folder or the port
│   ├── Busy            too much is being done already; it may be asked for again soon
│   └── SecretsFault    the keyring is absent, locked, denied, slow or lying
├── Unreadable          a file exists but cannot be understood; it is left as it is
└── ModelFault          a language model could not answer (kind says why)
"""

from __future__ import annotations

from enum import StrEnum


class ClawdError(Exception):
    """Base of all errors that are shown to people.

    `code` is stable and for machines; `message` is one sentence that says what and where;
    `hint` says what to do next ("" when there is nothing to do).
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code

    def sentence(self) -> str:
        """Message and hint as one text for a person."""
        return f"{self.message} {self.hint}".strip()

    def __str__(self) -> str:
        return self.sentence()


class BadInput(ClawdError):
    """The caller sent something that cannot be used."""

    code = "bad_input"


class Conflict(BadInput):
    """What is being changed was changed underneath since it was read."""

    code = "conflict"


class NotFound(ClawdError):
    """The named thing does not exist."""

    code = "not_found"


class Refused(ClawdError):
    """Not allowed: credential, role, scope or policy."""

    code = "refused"


class Unavailable(ClawdError):
    """It cannot be done now; the cause may go away by itself."""

    code = "unavailable"


class StorageFault(Unavailable):
    """Disk full, read-only, vanished or failing. Nothing that was acknowledged is lost."""

    code = "storage"


class AlreadyRunning(Unavailable):
    """Another process owns the state folder or the port; `pid` and `program` name it where known."""

    code = "already_running"

    def __init__(self, message: str, *, hint: str = "", pid: int | None = None, program: str = "") -> None:
        super().__init__(message, hint=hint)
        self.pid = pid
        self.program = program


class Busy(Unavailable):
    """Too much is being done already; the same request may succeed in a moment."""

    code = "busy"


class SecretsState(StrEnum):
    """What a secret store can be in; each has a sentence and a way on."""

    OK = "ok"
    ABSENT = "absent"
    LOCKED = "locked"
    DISMISSED = "dismissed"
    HANGING = "hanging"
    LYING = "lying"
    BROKEN = "broken"


class SecretsFault(Unavailable):
    """The secret store did not do what was asked; `state` says in which way."""

    code = "secrets"

    def __init__(self, message: str, *, state: SecretsState, hint: str = "") -> None:
        super().__init__(message, hint=hint, code=f"secrets.{state}")
        self.state = state


class Unreadable(ClawdError):
    """A file exists but cannot be understood. It is left byte for byte as it is.

    `line` and `column` count from 1 and are 0 when unknown.
    """

    code = "unreadable"

    def __init__(self, message: str, *, path: str, line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line
        self.column = column


class ModelFaultKind(StrEnum):
    """Why a model could not answer; decides whether a retry or another model can help."""

    NO_KEY = "no_key"
    BAD_KEY = "bad_key"
    NO_CREDIT = "no_credit"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    BROKEN_STREAM = "broken_stream"
    BAD_ANSWER = "bad_answer"
    FILTERED = "filtered"
    TOO_LONG = "too_long"
    UNKNOWN_MODEL = "unknown_model"
    BAD_REQUEST = "bad_request"


class ModelFault(ClawdError):
    """A language model could not answer. `retry_after` is in seconds, None when the provider named none."""

    code = "model"

    def __init__(
        self, message: str, *, kind: ModelFaultKind, hint: str = "", retry_after: float | None = None, status: int = 0
    ) -> None:
        super().__init__(message, hint=hint, code=f"model.{kind}")
        self.kind = kind
        self.retry_after = retry_after
        self.status = status
