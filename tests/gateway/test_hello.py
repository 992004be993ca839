"""What a hello is made of; the whole of it is compared in test_handshake."""

from __future__ import annotations

from dataclasses import replace

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.handshake import Welcome
from clawd_desktop.gateway.hello import DEFAULT_LIMITS, Facts, Hello, limits_of
from clawd_desktop.gateway.methods.table import Client, Method, NoParams, Role, Scope, table
from clawd_desktop.gateway.presence import Presence
from clawd_desktop.gateway.rates import Rate

CLIENT = Client("c", "cli", "cli", "1", "linux", Role.OPERATOR, ("operator.read",), "", True, "secret", 4, 77)


def hello(token: str, health: str) -> dict[str, object]:
    clock = ManualClock()
    made = Hello({}, Broadcaster(), Presence(clock, "1"), clock, "1", lambda: Facts("c", "s", {}, {"ok": health}))
    return dict(made.payload(Welcome(CLIENT, b"", token), DEFAULT_LIMITS))


def test_what_is_not_there_has_no_key() -> None:
    payload = hello("", "now")
    assert "auth" not in payload
    assert "canvasHostUrl" not in payload
    assert payload["protocol"] == 4
    assert payload["snapshot"]["health"] == {"ok": "now"}  # type: ignore[index]


def test_a_device_token_comes_with_what_it_is_good_for() -> None:
    expected = {"deviceToken": "t", "role": "operator", "scopes": ["operator.read"], "issuedAtMs": 77}
    assert hello("t", "")["auth"] == expected


def test_the_limits_are_those_of_the_configuration() -> None:
    plain = limits_of(Config().gateway)
    assert (plain.frame, plain.handshake, plain.rate) == (524_288, 10.0, None)
    assert (plain.clients, plain.request) == (1_000, 30.0)
    strict = {
        "connectionTimeout": 500, "maxConnections": 7, "requestTimeout": 1500,
        "rateLimiting": {"enabled": True, "requestsPerMinute": 60, "burstSize": 5},
    }  # fmt: skip
    limits = limits_of(Config.model_validate({"gateway": strict}).gateway)
    assert (limits.handshake, limits.rate, limits.clients, limits.request) == (0.5, Rate(60, 5), 7, 1.5)


def test_a_method_of_protocol_4_is_named_to_those_who_speak_it() -> None:
    clock = ManualClock()
    rows = [
        Method("a", Scope.READ, NoParams, lambda call, params: None, protocol=4),
        Method("b", Scope.READ, NoParams, lambda call, params: None),
        Method("c", Scope.READ, NoParams, lambda call, params: None, listed=False),
    ]
    made = Hello(table(rows), Broadcaster(), Presence(clock, "1"), clock, "1", lambda: Facts("c", "s", {}, {}))
    older = replace(CLIENT, protocol=3)
    named = [made.payload(Welcome(client, b"", ""), DEFAULT_LIMITS)["features"] for client in (CLIENT, older)]
    assert [features["methods"] for features in named] == [["a", "b"], ["b"]]  # type: ignore[index,call-overload]
