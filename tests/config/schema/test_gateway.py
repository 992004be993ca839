"""The gateway section has Clawdbot's defaults and rules."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.gateway import Gateway
from clawd_desktop.core.values import JsonObject


def test_defaults_are_clawdbots() -> None:
    gateway = Gateway()
    assert (gateway.port, gateway.mode, gateway.bind) == (18789, "local", "loopback")
    assert (gateway.reload.mode, gateway.reload.debounce_ms) == ("hybrid", 300)
    assert (gateway.control_ui.enabled, gateway.control_ui.base_path) == (True, "")
    assert gateway.http.endpoints.chat_completions.enabled is False
    assert gateway.tls.auto_generate is True
    assert gateway.trusted_proxies == ()


@pytest.mark.parametrize(
    ("auth", "mode"),
    [
        ({}, "password"),
        ({"token": "t"}, "token"),
        ({"token": "t", "password": "p"}, "password"),
        ({"token": "t", "password": "p", "mode": "token"}, "token"),
    ],
)
def test_the_way_of_signing_in_follows_what_is_set(auth: JsonObject, mode: str) -> None:
    assert Gateway.model_validate({"auth": auth}).auth.mode == mode


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"tailscale": {"mode": "serve"}, "bind": "lan"}, "loopback"),
        ({"tailscale": {"mode": "funnel"}, "auth": {"token": "t"}}, "password"),
        ({"port": 0}, "greater than or equal to 1"),
        ({"auth": {"mode": "none"}}, "token"),
        ({"bind": "everywhere"}, "loopback"),
    ],
)
def test_dangerous_or_senseless_settings_are_refused(raw: JsonObject, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Gateway.model_validate(raw)


def test_funnel_with_a_password_is_fine() -> None:
    assert (
        Gateway.model_validate({"tailscale": {"mode": "funnel"}, "auth": {"password": "p"}}).tailscale.mode == "funnel"
    )


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"auth": {"password": "$argon2id$v=19$m=999999999,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43}}, "may cost"),
        ({"auth": {"token": "$argon2i$nonsense"}}, "is no Argon2id hash"),
        ({"trustedProxies": ["proxy.example"]}, "is no address or network"),
        ({"trustedProxies": ["0.0.0.0/0"]}, "is no address or network"),
        ({"trustedProxies": ["10.0.0.1", "::/0"]}, "is no address or network"),
        ({"controlUi": {"allowedOrigins": ["*"]}}, "is no address of a page"),
        ({"controlUi": {"allowedOrigins": ["null"]}}, "is no address of a page"),
        ({"controlUi": {"allowedOrigins": ["https://*.example.com"]}}, "is no address of a page"),
        ({"controlUi": {"allowedOrigins": ["https://a.example/path"]}}, "is no address of a page"),
        ({"controlUi": {"allowedOrigins": ["https://u@a.example"]}}, "is no address of a page"),
        ({"controlUi": {"allowedOrigins": ["https://a.example:99999"]}}, "is no address of a page"),
        ({"connectionTimeout": 0}, "100"),
    ],
)
def test_what_would_open_it_by_mistake_is_refused(section: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Gateway.model_validate(section)


def test_what_is_right_is_taken() -> None:
    gateway = Gateway.model_validate({
        "auth": {"password": "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43},
        "trustedProxies": ["10.0.0.1", "192.168.0.0/16", "2001:db8::/32", "::1"],
        "controlUi": {"allowedOrigins": ["https://a.example", "https://a.example:8443", "app://mine", "http://[::1]"]},
    })  # fmt: skip
    assert len(gateway.trusted_proxies) == len(gateway.control_ui.allowed_origins) == 4
