"""What a gateway method is: its row, who may call it, how its parameters are checked, and how it refuses.

Source of names, rules and texts: the Clawdbot 2026.1.24 gateway (methods list, role and scope rules, observed replies).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from clawd_desktop.core.errors import BadInput, Busy, ClawdError, NotFound, Refused
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.methods.complaints import complaints


class ErrorCode(StrEnum):
    """The five error codes that Clawdbot clients know."""

    NOT_LINKED = "NOT_LINKED"
    NOT_PAIRED = "NOT_PAIRED"
    AGENT_TIMEOUT = "AGENT_TIMEOUT"
    INVALID_REQUEST = "INVALID_REQUEST"
    UNAVAILABLE = "UNAVAILABLE"


class Role(StrEnum):
    """What a client is: a person's tool, or a machine that lends its abilities."""

    OPERATOR = "operator"
    NODE = "node"


class Scope(StrEnum):
    """What an operator may do."""

    READ = "operator.read"
    WRITE = "operator.write"
    ADMIN = "operator.admin"
    PAIRING = "operator.pairing"
    APPROVALS = "operator.approvals"


class Params(BaseModel):
    """Base of all method parameters: camelCase on the wire, nothing extra, no type is coerced.

    Because of strictness use `Literal` for choices and `list` for arrays (not enums or tuples).
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        allow_inf_nan=False,
        defer_build=True,
    )


class Loose(Params):
    """Parameters of the methods that ignore what they do not know."""

    model_config = ConfigDict(extra="ignore")


class NoParams(Params):
    """A method without parameters."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A result that is JSON already; `data` goes to the client as it is."""

    data: bytes


class MethodError(ClawdError):
    """A refusal with exactly this code and text on the wire; `payload` goes beside it in the response.

    `retry_after_ms` is in milliseconds.
    """

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        details: JsonValue = None,
        retryable: bool | None = None,
        retry_after_ms: int | None = None,
        payload: JsonValue = None,
    ) -> None:
        super().__init__(message, code=code)
        self.payload = payload
        self.details = details
        self.retryable = retryable
        self.retry_after_ms = retry_after_ms


@dataclass(frozen=True, slots=True)
class Client:
    """Who is connected, as the handshake established it; nothing in it is merely claimed except the names.

    `scopes` are what was granted, `proof` says by what ("secret" or "device"), `connected_ms` is wall-clock time.
    """

    connection_id: str
    client_id: str
    mode: str
    version: str
    platform: str
    role: Role
    scopes: tuple[str, ...]
    remote: str
    local: bool
    proof: str
    protocol: int
    connected_ms: int
    device_id: str = ""
    display_name: str = ""
    device_family: str = ""
    model_identifier: str = ""
    instance_id: str = ""
    locale: str = ""
    user_agent: str = ""
    path_env: str = ""
    caps: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    permissions: Mapping[str, bool] | None = None


class Call(Protocol):
    """One request while it is being answered."""

    @property
    def request_id(self) -> str:
        """The id that the client gave its request."""

    @property
    def client(self) -> Client:
        """Who asks."""

    def acknowledge(self, payload: JsonValue) -> None:
        """Send an early response with the same id; the handler's result follows as the second one."""

    def tell(self, event: str, payload: JsonValue) -> None:
        """Send an event to this client alone (it carries no sequence number)."""


BUSY_MS = 1000
P = TypeVar("P", bound=Params)
Result: TypeAlias = "JsonValue | Encoded | Mapping[str, object] | Sequence[Mapping[str, object]]"


@dataclass(frozen=True, slots=True)
class Method:
    """One row of the method table.

    A plain `handler` runs at once on the loop and must be quick; an `async def` one runs as a task of its own, so that
    it never holds up the connection's other requests. `listed` names appear in the hello's features, for clients that
    speak at least `protocol`. `result` is the type of what it answers.
    """

    name: str
    scope: Scope
    params: type[Params]
    handler: Callable[..., Result | Coroutine[object, object, Result]]
    role: Role = Role.OPERATOR
    listed: bool = True
    result: object = None
    protocol: int = 3


def table(rows: Iterable[Method]) -> Mapping[str, Method]:
    """The methods by name, in the order of the rows. Raises ValueError when a name comes twice."""
    methods: dict[str, Method] = {}
    for row in rows:
        if row.name in methods:
            raise ValueError(f"The method {row.name} stands in the table twice.")
        methods[row.name] = row
    return methods


_NODE_ONLY = frozenset({"node.invoke.result", "node.event", "skills.bins"})
_SCOPES: Mapping[Scope, tuple[str, ...]] = {
    Scope.APPROVALS: ("exec.approval.request", "exec.approval.resolve"),
    Scope.PAIRING: (
        "device.pair.list", "device.pair.approve", "device.pair.reject", "device.token.rotate", "device.token.revoke",
        "node.pair.request", "node.pair.list", "node.pair.approve", "node.pair.reject", "node.pair.verify",
        "node.rename", "pairing.list", "pairing.approve",
    ),
    Scope.READ: (
        "health", "logs.tail", "services.list", "channels.status", "status", "usage.status", "usage.cost", "tts.status",
        "tts.providers", "models.list", "agents.list", "agent.identity.get", "skills.status", "voicewake.get",
        "sessions.list", "sessions.preview", "cron.list", "cron.status", "cron.runs", "system-presence",
        "last-heartbeat", "node.list", "node.describe", "chat.history", "sessions.describe",
        "sessions.messages.subscribe", "sessions.messages.unsubscribe",
        "metrics.get", "metrics.list", "metrics.history",
        "alerts.list", "alerts.past", "alerts.rules", "alerts.why",
        "doctor.run", "resources.get", "resources.suggest", "cache.stats",
        "traces.list", "traces.get", "traces.export", "sessions.inspect", "profile.stalls",
        "backup.list", "backup.restores",
    ),
    Scope.WRITE: (
        "send", "agent", "agent.wait", "wake", "talk.mode", "tts.enable", "tts.disable", "tts.convert",
        "tts.setProvider", "voicewake.set", "node.invoke", "chat.send", "chat.abort", "browser.request",
    ),
}  # fmt: skip
_SCOPE_OF = {name: scope for scope, names in _SCOPES.items() for name in names}


# Their answer is worth waiting for: a run of the assistant, a person, another machine, a download. They have limits of
# their own, and gateway.requestTimeout does not end them.
WAIT_BY_DESIGN = frozenset({
    "agent", "agent.wait", "chat.send", "exec.approval.request", "node.invoke", "browser.request", "web.login.start",
    "web.login.wait", "wizard.start", "wizard.next", "skills.install", "update.run", "send", "poll", "tts.convert",
    "cron.run", "alerts.test", "profile.cpu", "doctor.run", "doctor.repair", "report.preview", "report.save",
})  # fmt: skip


def scope_of(name: str) -> Scope:
    """The scope that an operator needs for a method of this name; whatever is not listed needs admin."""
    return _SCOPE_OF.get(name, Scope.ADMIN)


def role_of(name: str) -> Role:
    """The role that may call a method of this name."""
    return Role.NODE if name in _NODE_ONLY else Role.OPERATOR


def covered(scopes: Iterable[str]) -> frozenset[str]:
    """All scopes that these scopes contain: write contains read, admin contains everything known."""
    held = set(scopes)
    if Scope.ADMIN in held:
        held.update(Scope)
    if Scope.WRITE in held:
        held.add(Scope.READ)
    return frozenset(str(scope) for scope in held)


def refusal(name: str, method: Method | None, role: Role, held: frozenset[str]) -> str:
    """Why a client of this role with `held` (see `covered`) may not call the method; "" when it may.

    The order is role, scope, existence: somebody without admin does not learn which other methods exist.
    """
    needed_role = method.role if method is not None else role_of(name)
    if role is not needed_role:
        return f"unauthorized role: {role}"
    if role is Role.NODE:
        return "" if method is not None else f"unknown method: {name}"
    needed = method.scope if method is not None else scope_of(name)
    if needed not in held:
        return f"missing scope: {needed}"
    return "" if method is not None else f"unknown method: {name}"


def checked(model: type[P], params: JsonValue, name: str) -> P:
    """The parameters as the method's model. Raises MethodError in the words of the upstream validator."""
    try:
        return model.model_validate({} if params is None else params, by_alias=True, by_name=False)
    except ValidationError as error:
        raise MethodError(ErrorCode.INVALID_REQUEST, f"invalid {name} params: {complaints(error)}") from error


def is_callers_fault(failure: Exception) -> bool:
    """Whether whoever asked made the mistake, so that nothing is wrong with the gateway."""
    if isinstance(failure, MethodError):
        return str(failure.code) not in (ErrorCode.UNAVAILABLE, ErrorCode.AGENT_TIMEOUT)
    return isinstance(failure, BadInput | NotFound | Refused)


def error_of(failure: Exception) -> JsonObject:
    """Any failure of a handler as an error object of the wire; keys without a value are absent."""
    if isinstance(failure, MethodError):
        facts: JsonObject = {
            "code": str(failure.code),
            "message": failure.message,
            "details": failure.details,
            "retryable": failure.retryable,
            "retryAfterMs": failure.retry_after_ms,
        }
        return {key: value for key, value in facts.items() if value is not None}
    if isinstance(failure, BadInput | NotFound | Refused):
        return {"code": ErrorCode.INVALID_REQUEST.value, "message": failure.sentence()}
    if isinstance(failure, Busy):
        retry: JsonObject = {"retryable": True, "retryAfterMs": BUSY_MS}
        return {"code": ErrorCode.UNAVAILABLE.value, "message": failure.sentence(), **retry}
    if isinstance(failure, ClawdError):
        return {"code": ErrorCode.UNAVAILABLE.value, "message": failure.sentence()}
    return {"code": ErrorCode.UNAVAILABLE.value, "message": f"Error: {failure}"}
