"""The method contract: who may call what, how parameters are refused, what a failure looks like on the wire."""

from __future__ import annotations

import pytest
from pydantic import Field

from clawd_desktop.core.errors import BadInput, Busy, Unavailable
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.methods.table import (
    Call,
    ErrorCode,
    Loose,
    Method,
    MethodError,
    NoParams,
    Params,
    Role,
    Scope,
    checked,
    covered,
    error_of,
    refusal,
    role_of,
    scope_of,
    table,
)


class History(Params):
    session_key: str = Field(min_length=1)
    limit: int | None = Field(default=None, ge=1, le=1000)


def answer(call: Call, params: NoParams) -> JsonValue:
    return None


READ = Method("health", Scope.READ, NoParams, answer)
ADMIN = Method("config.get", Scope.ADMIN, NoParams, answer)
WRITE = Method("chat.send", Scope.WRITE, NoParams, answer)
NODE = Method("node.event", Scope.READ, NoParams, answer, role=Role.NODE)


@pytest.mark.parametrize(
    ("method", "role", "scopes", "expected"),
    [
        (READ, Role.OPERATOR, ["operator.read"], ""),
        (READ, Role.OPERATOR, ["operator.write"], ""),
        (READ, Role.OPERATOR, ["operator.admin"], ""),
        (READ, Role.OPERATOR, ["operator.pairing"], "missing scope: operator.read"),
        (READ, Role.OPERATOR, [], "missing scope: operator.read"),
        (READ, Role.OPERATOR, ["operator.everything"], "missing scope: operator.read"),
        (WRITE, Role.OPERATOR, ["operator.read"], "missing scope: operator.write"),
        (ADMIN, Role.OPERATOR, ["operator.write"], "missing scope: operator.admin"),
        (ADMIN, Role.NODE, ["operator.admin"], "unauthorized role: node"),
        (NODE, Role.OPERATOR, ["operator.admin"], "unauthorized role: operator"),
        (NODE, Role.NODE, [], ""),
    ],
)
def test_who_may_call_what(method: Method, role: Role, scopes: list[str], expected: str) -> None:
    assert refusal(method.name, method, role, covered(scopes)) == expected


@pytest.mark.parametrize(
    ("role", "scopes", "expected"),
    [
        (Role.OPERATOR, ["operator.read"], "missing scope: operator.admin"),
        (Role.OPERATOR, ["operator.admin"], "unknown method: nope"),
        (Role.NODE, [], "unauthorized role: node"),
    ],
)
def test_unknown_methods_are_refused(role: Role, scopes: list[str], expected: str) -> None:
    assert refusal("nope", None, role, covered(scopes)) == expected


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("health", Scope.READ),
        ("agent.wait", Scope.WRITE),
        ("device.token.rotate", Scope.PAIRING),
        ("exec.approval.resolve", Scope.APPROVALS),
        ("sessions.resolve", Scope.ADMIN),
        ("anything.else", Scope.ADMIN),
    ],
)
def test_scope_of_a_name(name: str, scope: Scope) -> None:
    assert scope_of(name) is scope


def test_role_of_a_name() -> None:
    assert role_of("skills.bins") is Role.NODE
    assert role_of("skills.status") is Role.OPERATOR


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({}, "must have required property 'sessionKey'"),
        (None, "must have required property 'sessionKey'"),
        ({"sessionKey": 1}, "at /sessionKey: must be string"),
        ({"sessionKey": ""}, "at /sessionKey: must NOT have fewer than 1 characters"),
        ({"sessionKey": "a", "limit": 0}, "at /limit: must be >= 1"),
        ({"sessionKey": "a", "limit": "5"}, "at /limit: must be integer"),
        ({"sessionKey": "a", "x": 1}, "at root: unexpected property 'x'"),
        ({"session_key": "a", "sessionKey": "a"}, "at root: unexpected property 'session_key'"),
        ([], "must be object"),
    ],
)
def test_parameters_are_refused_in_the_words_of_the_upstream_validator(params: JsonValue, text: str) -> None:
    with pytest.raises(MethodError) as caught:
        checked(History, params, "chat.history")
    assert caught.value.message == f"invalid chat.history params: {text}"
    assert caught.value.code == "INVALID_REQUEST"


def test_good_parameters_become_the_model() -> None:
    assert checked(History, {"sessionKey": "main", "limit": 5}, "x") == History(session_key="main", limit=5)
    assert checked(Loose, {"whatever": 1}, "x") == Loose()


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (MethodError(ErrorCode.NOT_PAIRED, "no"), {"code": "NOT_PAIRED", "message": "no"}),
        (
            MethodError(ErrorCode.UNAVAILABLE, "busy", details={"a": 1}, retryable=True, retry_after_ms=5),
            {"code": "UNAVAILABLE", "message": "busy", "details": {"a": 1}, "retryable": True, "retryAfterMs": 5},
        ),
        (BadInput("Bad.", hint="Fix it."), {"code": "INVALID_REQUEST", "message": "Bad. Fix it."}),
        (Busy("Busy."), {"code": "UNAVAILABLE", "message": "Busy.", "retryable": True, "retryAfterMs": 1000}),
        (Unavailable("Later."), {"code": "UNAVAILABLE", "message": "Later."}),
        (KeyError("x"), {"code": "UNAVAILABLE", "message": "Error: 'x'"}),
    ],
)
def test_failures_on_the_wire(failure: Exception, expected: JsonObject) -> None:
    assert error_of(failure) == expected


def test_a_name_stands_in_the_table_once() -> None:
    assert list(table([WRITE, READ])) == ["chat.send", "health"]
    with pytest.raises(ValueError, match="twice"):
        table([READ, READ])
