"""What is served beside the socket: each check with what is wrong and what is right."""

from __future__ import annotations

from typing import cast

import pytest
from audit_stage import STRONG, Row, name, prove, prove_complete, prove_repair

from clawd_desktop.config.audit_web import CHECKS
from clawd_desktop.core.values import JsonObject


def gateway(**keys: object) -> JsonObject:
    """A gateway section."""
    return cast(JsonObject, {"gateway": keys})


def page(**keys: object) -> JsonObject:
    """The control page."""
    return gateway(controlUi=keys)


def hooks(**keys: object) -> JsonObject:
    """Hooks that are on."""
    return cast(JsonObject, {"hooks": {"enabled": True, "token": STRONG, **keys}})


BOXED: JsonObject = {"agents": {"defaults": {"sandbox": {"mode": "non-main"}}}}
UNBOXED: JsonObject = {"agents": {"defaults": {"sandbox": {"mode": "off"}}}}
FUNNEL: JsonObject = {"mode": "funnel", "resetOnExit": True}
CHAT = {"endpoints": {"chatCompletions": {"enabled": True}}}
ROWS = (
    Row("config.page.insecure", page(allowInsecureAuth=True), page(allowInsecureAuth=False)),
    Row("config.page.noDevice", page(dangerouslyDisableDeviceAuth=True), page()),
    Row("config.page.origins", page(allowedOrigins=["http://clawd.example.com"]),
        page(allowedOrigins=["https://clawd.example.com", "http://127.0.0.1:3000"])),
    Row("config.page.open", gateway(bind="lan"), gateway(bind="lan", controlUi={"enabled": False})),
    Row("config.tailscale.funnel", gateway(tailscale=FUNNEL, auth={"password": "short"}),
        gateway(tailscale=FUNNEL, auth={"password": STRONG})),
    Row("config.tailscale.funnel", gateway(tailscale=FUNNEL), gateway(tailscale={"mode": "serve"})),
    Row("config.tailscale.trusted", gateway(auth={"allowTailscale": True}), gateway(auth={"allowTailscale": False})),
    Row("config.tailscale.stays", gateway(tailscale={"mode": "serve"}),
        gateway(tailscale={"mode": "serve", "resetOnExit": True})),
    Row("config.http.endpoints", gateway(bind="lan", http=CHAT), gateway(bind="loopback", http=CHAT)),
    Row("config.remote.plain", gateway(mode="remote", remote={"url": "ws://10.0.0.5:18789"}),
        gateway(mode="remote", remote={"url": "wss://10.0.0.5:18789"})),
    Row("config.hooks.path", hooks(path="/"), hooks(path="/hooks")),
    Row("config.hooks.trusted", hooks(mappings=[{"id": "mail", "allowUnsafeExternalContent": True}]),
        hooks(mappings=[{"id": "mail"}])),
    Row("config.hooks.size", hooks(maxBodyBytes=2**24 + 1), hooks(maxBodyBytes=2**24)),
    Row("config.hooks.unboxed", {**hooks(), **UNBOXED}, {**hooks(), **BOXED}),
    Row("config.hooks.gmail", hooks(gmail={"account": "a@b.c"}),
        hooks(gmail={"account": "a@b.c", "pushToken": STRONG})),
    Row("config.canvas.folder", {"canvasHost": {"root": "~"}}, {"canvasHost": {"root": "~/canvas"}}),
    Row("config.canvas.open", gateway(bind="lan"), {**gateway(bind="lan"), "canvasHost": {"enabled": False}}),
    Row("config.discovery.full", {"discovery": {"mdns": {"mode": "full"}}},
        {"discovery": {"mdns": {"mode": "minimal"}}}),
    Row("config.discovery.wide", {"discovery": {"wideArea": {"enabled": True}}}, {"discovery": {"wideArea": {}}}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_it_is_found_where_it_is_and_only_there(row: Row) -> None:
    prove(row)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_its_repair_helps(row: Row) -> None:
    prove_repair(row)


def test_every_check_has_its_row() -> None:
    prove_complete(CHECKS, ROWS)
