"""Differences are named by key, and the table says what needs a restart."""

from __future__ import annotations

import pytest

from clawd_desktop.config.changes import differing, needs_restart
from clawd_desktop.config.schema.root import SECTIONS
from clawd_desktop.core.values import JsonValue


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ({}, {}, ()),
        ({"a": 1}, {"a": 1.0}, ("a",)),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, ("a.c",)),
        ({"a": {"b": [1]}}, {"a": {"b": [1, 2]}}, ("a.b",)),
        ({"a": {"b": {"c": 1}}}, {}, ("a.b.c",)),
        ({}, {"a": {"b": 1}, "d": 2}, ("a.b", "d")),
        ({"a": 1}, {"a": {"b": 1}}, ("a",)),
    ],
)
def test_differences_are_named(old: JsonValue, new: JsonValue, paths: tuple[str, ...]) -> None:
    assert differing(old, new) == paths


@pytest.mark.parametrize(
    ("path", "restart"),
    [
        ("gateway.port", True),
        ("gateway.auth.password", True),
        ("gateway.reload.mode", False),
        ("gateway.trustedProxies", False),
        ("gateway.rateLimiting.burstSize", False),
        ("gateway.controlUi.allowedOrigins", False),
        ("gateway.bind", True),
        ("gateway.tls.enabled", True),
        ("gateway.controlUi.basePath", False),
        ("gateway.remote.url", False),
        ("channels.telegram.botToken", False),
        ("agents.defaults.model.primary", False),
        ("plugins", True),
        ("canvasHost.root", False),
        ("gateway.http.endpoints.responses.enabled", False),
        ("something.new", True),
    ],
)
def test_restarts_follow_the_table(path: str, restart: bool) -> None:
    assert needs_restart(path) is restart


def test_only_the_gateway_and_its_neighbours_need_a_restart() -> None:
    assert {key for key in SECTIONS if needs_restart(key)} == {
        "gateway", "plugins", "discovery", "web", "nodeHost",
    }  # fmt: skip
