"""Where secrets stand and travel: each check with what is wrong and what is right."""

from __future__ import annotations

from typing import cast

import pytest
from audit_stage import PATHS, STRONG, Row, name, prove, prove_complete, prove_repair

from clawd_desktop.config.audit_secrets import CHECKS
from clawd_desktop.core.values import JsonObject


def provider(**keys: object) -> JsonObject:
    """A provider of models."""
    return cast(JsonObject, {"models": {"providers": {"own": keys}}})


def sink(url: str) -> JsonObject:
    """A webhook for alerts."""
    return {"monitoring": {"sinks": {"ops": {"type": "webhook", "url": url}}}}


def otel(endpoint: str) -> JsonObject:
    """A collector."""
    return {"diagnostics": {"otel": {"enabled": True, "endpoint": endpoint}}}


def syslog(place: str) -> JsonObject:
    """A log server."""
    return {"logging": {"transports": [{"type": "syslog", "config": {"address": place}}]}}


PLAIN: JsonObject = {"gateway": {"auth": {"password": STRONG}}}
KEPT: JsonObject = {"gateway": {"auth": {"password": "keyring:gateway.auth.password"}}}
FILE = PATHS.config_file
ROWS = (
    Row("config.secrets.readable", PLAIN, PLAIN, {"modes": ((FILE, 0o644),)}, {"modes": ((FILE, 0o600),)}),
    Row("config.secrets.readable", PLAIN, KEPT, {"modes": ((FILE, 0o640),)}, {"modes": ((FILE, 0o640),)}),
    Row("config.secrets.plain", PLAIN, KEPT),
    Row("config.secrets.plain", provider(apiKey="sk-1"), provider(apiKey="${OWN_KEY}")),
    Row("config.secrets.providers", provider(baseUrl="http://10.0.0.5/v1", apiKey="keyring:k"),
        provider(baseUrl="http://127.0.0.1:11434/v1", apiKey="keyring:k")),
    Row("config.secrets.providers", provider(baseUrl="http://api.example.com", headers={"X": "y"}),
        provider(baseUrl="http://api.example.com")),
    Row("config.secrets.addresses", provider(baseUrl="https://x/v1?key=abc"), provider(baseUrl="https://x/v1?v=1")),
    Row("config.secrets.addresses", provider(baseUrl="https://me:pw@x/v1"), provider(baseUrl="https://x/v1")),
    Row("config.secrets.webhooks", sink("http://hooks.example.com/x"), sink("https://hooks.example.com/x")),
    Row("config.secrets.telemetry", otel("http://10.0.0.5:4318"), otel("http://127.0.0.1:4318")),
    Row("config.secrets.logs", syslog("udp://10.0.0.5:514"), syslog("unix:///dev/log")),
    Row("config.env.loader", {"env": {"LD_PRELOAD": "/x.so"}}, {"env": {"EDITOR": "vi"}}),
    Row("config.env.loader", {"env": {"vars": {"NODE_OPTIONS": "-r x", "A": "b"}}}, {"env": {"vars": {"A": "b"}}}),
    Row("config.channels.sameBot", {"channels": {"a": {"botToken": "t1"}, "b": {"botToken": "t1"}}},
        {"channels": {"a": {"botToken": "t1"}, "b": {"botToken": "t2"}}}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_it_is_found_where_it_is_and_only_there(row: Row) -> None:
    prove(row)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_its_repair_helps(row: Row) -> None:
    prove_repair(row)


def test_every_check_has_its_row() -> None:
    prove_complete(CHECKS, ROWS)
