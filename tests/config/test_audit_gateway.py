"""Who may come in: each check with a configuration that is wrong, and one that is right."""

from __future__ import annotations

from typing import cast

import pytest
from audit_stage import OTHER, PATHS, STRONG, Row, found, name, prove, prove_complete, prove_repair

from clawd_desktop.config.audit_gateway import CHECKS
from clawd_desktop.core.values import JsonObject


def gateway(**keys: object) -> JsonObject:
    """A gateway section."""
    return cast(JsonObject, {"gateway": keys})


def auth(**keys: object) -> JsonObject:
    """How to sign in."""
    return gateway(auth=keys)


def hooks(token: str) -> JsonObject:
    """Hooks that are on."""
    return {"hooks": {"enabled": True, "token": token}}


KEY = PATHS.state / "key.pem"
HASH = "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21l$aGFzaGhhc2hoYXNoaGFzaGhhc2g"
NUMBERS = "1234567890123456"
REPEATED = "aB1!aB1!aB1!aB1!"
ROWS = (
    Row("config.gateway.auth.none", auth(mode="none"), auth(mode="password")),
    Row("config.gateway.password.short", auth(password="Zq7vB2x"), auth(password=STRONG)),
    Row("config.gateway.password.short", auth(password="a" * 11), auth(password="a" * 12)),
    Row("config.gateway.password.weak", auth(password="passwordpassword"), auth(password=STRONG)),
    Row("config.gateway.password.weak", auth(password="your-secure-password"), auth(password=HASH)),
    Row("config.gateway.token.short", auth(token="Zq7vB2x"), auth(token=STRONG)),
    Row("config.gateway.token.weak", auth(token=NUMBERS), auth(token=STRONG)),
    Row("config.hooks.token.short", hooks("Zq7vB2x"), hooks(STRONG)),
    Row("config.hooks.token.weak", hooks(NUMBERS), hooks(STRONG)),
    Row("config.secrets.few", auth(password=REPEATED), auth(password=STRONG)),
    Row("config.secrets.reused", {**auth(password=STRONG), **hooks(STRONG)}, {**auth(password=STRONG), **hooks(OTHER)}),
    Row("config.gateway.open.plain", gateway(bind="lan"), gateway(bind="lan", tls={"enabled": True})),
    Row("config.gateway.open.plain", gateway(bind="tailnet"), gateway(bind="lan", trustedProxies=["10.0.0.2"])),
    Row("config.gateway.open.unlimited", gateway(bind="lan"), gateway(bind="loopback")),
    Row("config.gateway.open.everywhere", gateway(bind="lan"), gateway(bind="tailnet")),
    Row("config.gateway.bind.empty", gateway(bind="custom"), gateway(bind="custom", customBindHost="10.0.0.5")),
    Row("config.gateway.tls.half", gateway(tls={"enabled": True, "certPath": "a.pem"}),
        gateway(tls={"enabled": True, "certPath": "a.pem", "keyPath": "b.pem"})),
    Row("config.gateway.tls.missing", {}, {}, {"missing": (KEY,)}),
    Row("config.gateway.tls.rights", {}, {}, {"key_mode": (KEY, 0o640)}, {"key_mode": (KEY, 0o600)}),
    Row("config.gateway.proxies.wide", gateway(trustedProxies=["10.0.0.0/8"]), gateway(trustedProxies=["10.0.0.0/28"])),
    Row("config.gateway.proxies.wide", gateway(trustedProxies=["fd00::/48"]), gateway(trustedProxies=["fd00::1"])),
    Row("config.gateway.proxies.loopback", gateway(trustedProxies=["127.0.0.1"]), gateway(trustedProxies=["10.0.0.2"])),
    Row("config.gateway.limits.request", gateway(requestTimeout=0), gateway(requestTimeout=1)),
    Row("config.gateway.limits.signIn", gateway(connectionTimeout=60_001), gateway(connectionTimeout=60_000)),
    Row("config.gateway.limits.frame", gateway(maxPayloadBytes=2**25 + 1), gateway(maxPayloadBytes=2**25)),
    Row("config.gateway.limits.connections", gateway(maxConnections=20_001), gateway(maxConnections=20_000)),
    Row("config.gateway.nodes.powerful", gateway(nodes={"allowCommands": ["sms.send"]}),
        gateway(nodes={"allowCommands": ["canvas.hide"]})),
    Row("config.gateway.port.low", gateway(port=80), gateway(port=8080)),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_it_is_found_where_it_is_and_only_there(row: Row) -> None:
    prove(row)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_its_repair_helps(row: Row) -> None:
    prove_repair(row)


def test_every_check_has_its_row() -> None:
    prove_complete(CHECKS, ROWS)


def test_a_password_is_never_part_of_a_finding() -> None:
    finding = found("config.gateway.password.short", auth(password="Zq7vB2x"))
    assert finding is not None
    assert "Zq7vB2x" not in repr(finding)


def test_without_knowing_the_secret_nothing_is_said_of_it() -> None:
    raw = auth(password="keyring:gateway.auth.password")
    assert found("config.gateway.password.short", raw) is None
    assert found("config.gateway.password.short", raw, secrets={"gateway.auth.password": "short"}) is not None
