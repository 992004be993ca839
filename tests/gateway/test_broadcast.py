"""One event to all: numbered once, encoded once, shown to those who may see it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway.broadcast import EVENTS, Apart, Broadcaster, events_of
from clawd_desktop.gateway.methods.table import Encoded, Role, Scope, covered


@dataclass(eq=False)
class Listener:
    role: Role = Role.OPERATOR
    held: frozenset[str] = covered(["operator.admin"])
    connection_id: str = ""
    got: list[tuple[bytes, bool]] = field(default_factory=list)

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        self.got.append((frame, droppable))


def body(frame: bytes) -> JsonValue:
    start = {126: 4, 127: 10}.get(frame[1], 2)
    value: JsonValue = json.loads(frame[start:])
    return value


def test_all_get_the_same_bytes_with_one_number() -> None:
    broadcaster, one, two = Broadcaster(), Listener(), Listener()
    broadcaster.publish("tick", {"ts": 1})
    broadcaster.join(one)
    broadcaster.join(two)
    broadcaster.publish("tick", {"ts": 2})
    assert body(one.got[0][0]) == {"type": "event", "event": "tick", "payload": {"ts": 2}, "seq": 2}
    assert one.got[0][0] is two.got[0][0]
    broadcaster.leave(two)
    broadcaster.publish("health", Encoded(b"{}"), state_version=broadcaster.versions.as_wire())
    assert body(one.got[1][0]) == {
        "type": "event", "event": "health", "payload": {}, "seq": 3, "stateVersion": {"presence": 1, "health": 1},
    }  # fmt: skip
    assert (len(two.got), len(broadcaster)) == (1, 1)


@pytest.mark.parametrize(
    ("event", "role", "scopes", "seen"),
    [
        ("chat", Role.OPERATOR, ["operator.read"], True),
        ("chat", Role.NODE, [], True),
        ("chat", Role.OPERATOR, ["operator.pairing", "operator.approvals"], False),
        ("agent", Role.OPERATOR, ["operator.pairing"], False),
        ("agent", Role.OPERATOR, ["operator.write"], True),
        ("tick", Role.OPERATOR, ["operator.pairing"], True),
        ("exec.approval.requested", Role.OPERATOR, ["operator.read"], False),
        ("exec.approval.requested", Role.OPERATOR, ["operator.approvals"], True),
        ("exec.approval.resolved", Role.OPERATOR, ["operator.admin"], True),
        ("exec.approval.resolved", Role.NODE, ["operator.admin"], False),
        ("device.pair.requested", Role.OPERATOR, ["operator.pairing"], True),
        ("device.pair.resolved", Role.OPERATOR, ["operator.write"], False),
        ("node.pair.requested", Role.OPERATOR, ["operator.approvals"], False),
        ("node.pair.resolved", Role.NODE, [], False),
    ],
)
def test_who_sees_what(event: str, role: Role, scopes: list[str], seen: bool) -> None:
    broadcaster, listener = Broadcaster(), Listener(role, covered(scopes))
    broadcaster.join(listener)
    broadcaster.publish(event, {})
    assert bool(listener.got) is seen
    assert broadcaster.seq == 1, "the number grows for those too who see nothing"


@pytest.mark.parametrize(
    ("event", "payload", "droppable"),
    [
        ("tick", {}, True),
        ("presence", {}, True),
        ("chat", {"state": "delta"}, True),
        ("chat", {"state": "final"}, False),
        ("agent", {}, False),
        ("health", {}, False),
        ("shutdown", {}, False),
        ("device.pair.requested", {}, True),
    ],
)
def test_what_a_slow_client_may_miss(event: str, payload: JsonValue, droppable: bool) -> None:
    broadcaster, listener = Broadcaster(), Listener()
    broadcaster.join(listener)
    broadcaster.publish(event, payload)
    broadcaster.publish(event, payload, droppable=not droppable)
    assert [may for _, may in listener.got] == [droppable, not droppable]


def test_a_scope_may_be_named() -> None:
    broadcaster, listener = Broadcaster(), Listener(held=covered(["operator.read"]))
    broadcaster.join(listener)
    broadcaster.publish("agent", {}, scope=Scope.WRITE)
    assert listener.got == []


def test_a_payload_that_is_not_json_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    broadcaster, listener = Broadcaster(), Listener()
    broadcaster.join(listener)
    broadcaster.publish("agent", {"text": "\ud800"})
    assert listener.got == []
    assert "agent was not sent" in caplog.text


def test_the_events_of_the_protocol() -> None:
    assert len(EVENTS) == len(set(EVENTS)) == 18


def test_some_may_be_told_something_else_with_the_same_number() -> None:
    broadcaster, one, two = Broadcaster(), Listener(connection_id="c1"), Listener(connection_id="c2")
    broadcaster.join(one)
    broadcaster.join(two)
    broadcaster.publish("agent", {"key": "main"}, apart=Apart(frozenset({"c2", "c9"}), {"key": "agent:main:main"}))
    assert body(one.got[0][0]) == {"type": "event", "event": "agent", "payload": {"key": "main"}, "seq": 1}
    assert body(two.got[0][0]) == {"type": "event", "event": "agent", "payload": {"key": "agent:main:main"}, "seq": 1}


def test_what_some_alone_are_told_is_not_numbered() -> None:
    broadcaster, one, two = Broadcaster(), Listener(connection_id="c1"), Listener(connection_id="c2")
    broadcaster.join(one)
    broadcaster.join(two)
    broadcaster.tell(frozenset({"c2"}), "session.message", {"a": 1})
    broadcaster.tell(frozenset({"c2"}), "session.message", {"a": object()})  # type: ignore[dict-item]
    assert (one.got, broadcaster.seq) == ([], 0)
    assert [body(frame) for frame, _ in two.got] == [{"type": "event", "event": "session.message", "payload": {"a": 1}}]


def test_events_of_protocol_4_are_not_named_to_older_clients() -> None:
    assert events_of(3) == EVENTS
    assert set(events_of(4)) - set(EVENTS) == {"session.message"}
