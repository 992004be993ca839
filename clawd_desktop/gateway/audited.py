"""Puts who called what into the audit ledger: every method that changes something only an owner may change."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace

from clawd_desktop.core.acting import acting_as
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.ports import Ledger
from clawd_desktop.gateway.methods.table import Call, Client, Method, Params, Result, Scope

_SCOPES = (Scope.ADMIN, Scope.PAIRING, Scope.APPROVALS)
# They only show something, and are asked for all the time.
_LOOKING = (".get", ".list", ".schema", ".status", ".stats", ".preview", ".verify", ".suggest", ".snapshot")
# What a call may be about. Of no other parameter anything is written down: it may be a text or a secret.
_ABOUT = (
    "device_id", "node_id", "request_id", "session_key", "key", "skill_key", "channel", "job_id", "id", "name", "role",
    "method", "finding_id", "namespace", "run_id",
)  # fmt: skip
_LONGEST = 80


def audited(methods: Mapping[str, Method], ledger: Ledger) -> Mapping[str, Method]:
    """The same table, with a line in the ledger for each call of a method that is worth one."""
    return {name: _recording(row, ledger) if is_audited(row) else row for name, row in methods.items()}


def is_audited(method: Method) -> bool:
    """Whether calls of the method are written down."""
    return method.scope in _SCOPES and not method.name.endswith(_LOOKING)


def name_of(client: Client) -> str:
    """How the ledger names a client: by its device where it has shown one, else by what it says it is."""
    who = f"device:{client.device_id[:12]}" if client.device_id else f"client:{client.client_id}"
    return f"{who} at {'this computer' if client.local else client.remote}"


def about(params: Params) -> str:
    """What a call is about, by the names of things alone."""
    found = ((name, getattr(params, name, None)) for name in _ABOUT)
    return " ".join(f"{name.replace('_', ' ')} {value[:_LONGEST]}" for name, value in found if isinstance(value, str))


def _recording(row: Method, ledger: Ledger) -> Method:
    handler: Callable[..., Result | Coroutine[object, object, Result]] = row.handler

    def answer(call: Call, params: Params) -> Result | Coroutine[object, object, Result]:
        who = name_of(call.client)
        subject = " ".join(filter(None, (row.name, about(params))))
        # Also what the bus tells of while the method works is done by this client.
        with acting_as(who), _Noted(ledger, who, subject) as noted:
            outcome = handler(call, params)
            if isinstance(outcome, Coroutine):
                noted.later = True
                return _awaited(outcome, ledger, who, subject)
            return outcome

    return replace(row, handler=answer)


async def _awaited(work: Coroutine[object, object, Result], ledger: Ledger, who: str, subject: str) -> Result:
    with acting_as(who), _Noted(ledger, who, subject):
        return await work


class _Noted:
    """Writes down at its end whether the call went well; `later` leaves that to somebody else."""

    def __init__(self, ledger: Ledger, who: str, subject: str) -> None:
        self.later = False
        self._ledger = ledger
        self._who = who
        self._subject = subject

    def __enter__(self) -> _Noted:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not self.later:
            detail = error.code if isinstance(error, ClawdError) else "" if kind is None else kind.__name__
            self._ledger.record(self._who, "method", self._subject, ok=error is None, detail=str(detail))
