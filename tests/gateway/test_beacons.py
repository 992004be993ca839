"""What a computer reports of itself, and what of it is news to the assistant."""

from __future__ import annotations

import time

import pytest

from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.beacons import facts_in, merged, news

LINE = "Node: pi (10.0.0.2) · app 1.2 · last input 5s ago · mode local · reason launch"
FACTS: JsonObject = {
    "host": "pi", "ip": "10.0.0.2", "version": "1.2", "lastInputSeconds": 5, "mode": "local", "reason": "launch",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (LINE, FACTS),
        ("node: pi (10.0.0.2)", {"host": "pi", "ip": "10.0.0.2"}),
        ("Node: pi (1) · app · surprise · mode  x", {"host": "pi", "ip": "1", "mode": "x"}),
        ("backup done", {}),
        ("Node: without address", {}),
    ],
)
def test_a_line_says_what_it_says(text: str, facts: JsonObject) -> None:
    assert facts_in(text) == facts


def test_roles_add_up_and_everything_else_is_replaced() -> None:
    before: JsonObject = {"roles": ["operator"], "mode": "a"}
    assert merged(before, {"roles": ["node", "operator"], "mode": "b"}) == {
        "roles": ["operator", "node"], "mode": "b",
    }  # fmt: skip
    assert merged(before, {"mode": "b"}) == {"mode": "b"}


@pytest.mark.parametrize(
    ("before", "changes", "told"),
    [
        ({}, {}, "Node: pi (10.0.0.2) · app 1.2 · mode local · reason launch"),
        (FACTS, {}, ""),
        (FACTS, {"lastInputSeconds": 900}, ""),
        (FACTS, {"version": "1.3"}, "Node: pi (10.0.0.2) · app 1.3"),
        (FACTS, {"reason": "periodic-5m"}, ""),
        (FACTS, {"reason": "heartbeat"}, ""),
        (FACTS, {"reason": "wake", "ip": ""}, "Node: pi · reason wake"),
    ],
)
def test_only_what_changed_is_told(before: JsonObject, changes: JsonObject, told: str) -> None:
    assert news(before, FACTS | changes) == told


def test_no_line_holds_the_gateway_up() -> None:
    began = time.perf_counter()
    assert facts_in("Node:" + "\t" * 100_000) == {}
    assert time.perf_counter() - began < 2.0  # it took hours
