"""Requests as frozen facts, and foreign text in logs."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from clawd_desktop.gateway.http.facts import accept_key, branded, facts_of, loggable, printable, wants_websocket

UPGRADE = {
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_every_value_of_a_repeated_header_is_seen() -> None:
    headers = CIMultiDict(
        [("host", "a"), ("HOST", "b"), ("Origin", "c"), ("X-Forwarded-For", "1"), ("x-forwarded-for", "2")]
    )
    facts = facts_of(make_mocked_request("GET", "/x?token=y", headers=headers))
    assert (facts.hosts, facts.origins, facts.forwarded_for) == (("a", "b"), ("c",), ("1", "2"))
    assert facts.header_names == {"host", "origin", "x-forwarded-for"}
    assert facts.target == "/x?token=y"


@pytest.mark.parametrize(
    ("given", "kind"), [("application/json", "application/json"), ("Text/Plain; charset=x", "text/plain"), ("", "")]
)
def test_the_kind_of_a_body(given: str, kind: str) -> None:
    assert facts_of(make_mocked_request("POST", "/", headers={"Content-Type": given})).content_type == kind


def test_the_answer_to_an_upgrade_is_that_of_the_standard() -> None:
    request = make_mocked_request("GET", "/", headers=UPGRADE)
    assert wants_websocket(request)
    assert accept_key(request) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    "changes",
    [
        {"Connection": "keep-alive"},
        {"Sec-WebSocket-Version": "8"},
        {"Sec-WebSocket-Key": ""},
        {"Sec-WebSocket-Key": "AAAA"},
        {"Sec-WebSocket-Key": "not base64!"},
    ],
)
def test_an_upgrade_that_is_not_well_formed(changes: dict[str, str]) -> None:
    assert accept_key(make_mocked_request("GET", "/", headers=UPGRADE | changes)) == ""


def test_only_get_upgrades() -> None:
    assert accept_key(make_mocked_request("POST", "/", headers=UPGRADE)) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\nb\r\x1b[2J", "a\\nb\\r\\x1b[2J"),
        ("\u202egpj", "\\u202egpj"),
        ("é", "é"),
        ("x" * 200, "x" * 160 + "…"),
    ],
)
def test_foreign_text_in_a_log(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/v1/models", "/v1/models"),
        ("/hooks/wake?token=secret", "/hooks/wake"),
        ("/c/secret/__clawdbot__/canvas/a.png?x", "/c/"),
        ("/cats", "/cats"),
    ],
)
def test_no_secret_of_a_target_is_written_down(target: str, shown: str) -> None:
    assert loggable(target) == shown


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ({}, ""),
        ({"X-Clawdbot-Token": " a "}, "a"),
        ({"x-moltbot-token": "b", "x-clawdbot-token": "a"}, "b"),
        ({"x-openclaw-token": "", "x-clawdbot-token": "a"}, "a"),
        ({"x-other-token": "a"}, ""),
    ],
)
def test_headers_of_each_name_of_the_product(headers: dict[str, str], value: str) -> None:
    request = make_mocked_request("POST", "/", headers=headers)
    assert branded(request, "token") == value
    assert facts_of(request).hook_token == value
