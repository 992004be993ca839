"""Who may write: each check with what is wrong and what is right."""

from __future__ import annotations

from typing import cast

import pytest
from audit_stage import Row, name, prove, prove_complete, prove_repair

from clawd_desktop.config.audit_channels import CHECKS
from clawd_desktop.core.values import JsonObject


def channel(name: str = "telegram", **keys: object) -> JsonObject:
    """One channel."""
    return cast(JsonObject, {"channels": {name: keys}})


def commands(**keys: object) -> JsonObject:
    """Commands in chat."""
    return cast(JsonObject, {"commands": keys})


OPEN = {"allowFrom": ["*"], "dmPolicy": "open"}
BOXED: JsonObject = {"agents": {"defaults": {"sandbox": {"mode": "non-main"}}}}
ACCOUNTS = {"accounts": {"work": OPEN}}
ROWS = (
    Row("config.channels.whatsapp", channel("whatsapp", **OPEN), channel("whatsapp", dmPolicy="pairing")),
    Row("config.channels.whatsapp", channel("whatsapp", **OPEN), channel("whatsapp", dmPolicy="disabled")),
    Row("config.channels.open", channel(**OPEN), channel(dmPolicy="pairing")),
    Row("config.channels.open", channel(**ACCOUNTS), channel("whatsapp", **OPEN)),
    Row("config.channels.everyone", channel(allowFrom=["*", "42"]), channel(allowFrom=["42"])),
    Row("config.channels.groups.open", channel(groupPolicy="open"), channel(groupPolicy="allowlist")),
    Row("config.channels.groups.default", {"channels": {"defaults": {"groupPolicy": "open"}}}, {"channels": {}}),
    Row("config.channels.groups.always", channel(groups={"*": {"requireMention": False}}),
        channel(groups={"*": {"requireMention": True}, "g1": {"requireMention": False}})),
    Row("config.channels.groups.everyone", channel(groupAllowFrom=["*"]), channel(groupAllowFrom=["42"])),
    Row("config.channels.writes", channel(**OPEN), channel(**OPEN, configWrites=False)),
    Row("config.channels.unboxed", channel(**OPEN), {**channel(**OPEN), **BOXED}),
    Row("config.session.shared", channel(allowFrom=["1", "2"]), channel(allowFrom=["1"])),
    Row("config.session.shared", channel(allowFrom=["1", "2"]),
        {**channel(allowFrom=["1", "2"]), "session": {"dmScope": "per-peer"}}),
    Row("config.commands.unchecked", commands(useAccessGroups=False), commands(useAccessGroups=True)),
    Row("config.commands.shell", commands(bash=True), commands(bash=False)),
    Row("config.commands.settings", commands(config=True), commands(text=True)),
    Row("config.approvals.nobody", {"approvals": {"exec": {"enabled": True, "mode": "targets"}}},
        {"approvals": {"exec": {"enabled": True, "mode": "targets", "targets": [{"channel": "telegram", "to": "1"}]}}}),
    Row("config.agents.talk", {"tools": {"agentToAgent": {"enabled": True}}},
        {"tools": {"agentToAgent": {"enabled": True, "allow": ["a"]}}}),
    Row("config.message.across", {"tools": {"message": {"crossContext": {"allowAcrossProviders": True}}}}, {}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_it_is_found_where_it_is_and_only_there(row: Row) -> None:
    prove(row)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_its_repair_helps(row: Row) -> None:
    prove_repair(row)


def test_every_check_has_its_row() -> None:
    prove_complete(CHECKS, ROWS)
