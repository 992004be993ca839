"""Clients are told of every method that Clawdbot has, in its order; those of protocol 4 of some more."""

from __future__ import annotations

from pathlib import Path

from gateway.methods.upstream_names import NAMES, PROTOCOL_4
from running_gateway import running

from clawd_desktop.gateway.broadcast import EVENTS
from clawd_desktop.gateway.methods.order import ORDER, sorted_rows
from clawd_desktop.gateway.methods.table import Method, NoParams, Scope, role_of, scope_of


def row(name: str) -> Method:
    return Method(name, Scope.READ, NoParams, lambda call, params: None)


def test_rows_are_sorted_whatever_order_they_come_in() -> None:
    rows = [row("desktop.quit"), row("chat.send"), row("a.new.one"), row("health")]
    assert [each.name for each in sorted_rows(rows)] == ["health", "chat.send", "desktop.quit", "a.new.one"]


def test_the_order_is_the_one_that_was_seen() -> None:
    assert list(ORDER) == NAMES
    assert len(set(ORDER)) == 79


async def test_the_hello_lists_what_clawdbot_lists(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        async with app.client() as client:
            features = client.hello["features"]
        async with app.client(minProtocol=3, maxProtocol=4) as client:
            newer = client.hello["features"]
    listed = features["methods"]  # type: ignore[index]
    assert listed == NAMES
    assert newer["methods"] == [*listed, *PROTOCOL_4]  # type: ignore[index]
    assert features["events"] == list(EVENTS)  # type: ignore[index]
    assert len(EVENTS) == 18
    assert newer["events"] == [*EVENTS, "session.message"]  # type: ignore[index]


def test_who_may_call_what_is_known_without_the_row() -> None:
    assert {name for name in NAMES if role_of(name) == "node"} == {"node.invoke.result", "node.event", "skills.bins"}
    assert scope_of("pairing.approve") is Scope.PAIRING
    assert scope_of("sessions.messages.subscribe") is Scope.READ
