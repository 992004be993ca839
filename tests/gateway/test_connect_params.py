"""The parameters of `connect`."""

from __future__ import annotations

import pytest
from gateway_rig import connect_params

from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway.connect_params import ConnectParams, protocol_for, scope_problem
from clawd_desktop.gateway.methods.table import MethodError, checked


@pytest.mark.parametrize(
    ("lowest", "highest", "chosen"),
    [(3, 3, 3), (4, 4, 4), (3, 4, 4), (1, 99, 4), (1, 3, 3), (5, 5, None), (1, 2, None), (4, 3, None), (0, 4, None),
     (None, 3, None), (3.0, 3.0, None), (True, True, None), ("3", 3, None), (10**40, 10**41, None)],
)  # fmt: skip
def test_the_highest_common_protocol(lowest: JsonValue, highest: JsonValue, chosen: int | None) -> None:
    assert protocol_for(lowest, highest) == chosen


def test_everything_that_known_clients_send_is_understood() -> None:
    sent = connect_params(
        client={
            "id": "gateway-client", "version": "1", "platform": "darwin", "mode": "backend", "displayName": "A",
            "deviceFamily": "Mac", "modelIdentifier": "Mac1,1", "instanceId": "i",
        },
        role="node", scopes=[], caps=["x"], commands=["y"], permissions={"camera": True}, pathEnv="/bin",
        auth={"token": "t", "password": "p"}, locale="de-DE", userAgent="UA",
        device={"id": "d", "publicKey": "k", "signature": "s", "signedAt": 1, "nonce": "n"},
    )  # fmt: skip
    read = checked(ConnectParams, sent, "connect")
    assert (read.client.display_name, read.path_env, read.device.signed_at) == ("A", "/bin", 1)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changes",
    [
        {"permissions": {"camera": "yes"}},
        {"scopes": "operator.read"},
        {"scopes": [""]},
        {"scopes": ["x"] * 257},
        {"auth": {"token": "x" * 4097}},
        {"device": {"id": "d", "publicKey": "k", "signature": "s", "signedAt": -1}},
        {"device": {"id": "d", "publicKey": "k", "signature": "s", "signedAt": 1.5}},
        {"client": None},
    ],
)
def test_what_is_refused(changes: dict[str, JsonValue]) -> None:
    with pytest.raises(MethodError, match="invalid connect params"):
        checked(ConnectParams, connect_params(**changes), "connect")


@pytest.mark.parametrize(
    ("scopes", "wrong"),
    [
        ([], []),
        (["operator.read", "operator.write", "operator.admin", "operator.pairing", "operator.approvals"], []),
        (["operator.read", "x,y"], [1]),
        (["", "operator.read|admin"], [0, 1]),
        (["a", "b", "c", "d"], [0, 1, 2]),
    ],
)
def test_scopes_are_those_that_exist(scopes: list[str], wrong: list[int]) -> None:
    problem = scope_problem(scopes)
    assert [int(part.split("/")[2].split(":")[0]) for part in problem.split("; ") if part] == wrong


def test_a_wrong_scope_is_shown_harmlessly() -> None:
    assert "\x1b" not in scope_problem(["\x1b[31m"])
    assert len(scope_problem(["x" * 250])) < 300
