"""How it is run: each check with what is wrong and what is right."""

from __future__ import annotations

from typing import cast

import pytest
from audit_stage import Row, name, prove, prove_complete, prove_repair

from clawd_desktop.config.audit_operation import CHECKS
from clawd_desktop.core.values import JsonObject


def logging(**keys: object) -> JsonObject:
    """The log."""
    return cast(JsonObject, {"logging": keys})


def defaults(**keys: object) -> JsonObject:
    """What holds for all agents."""
    return cast(JsonObject, {"agents": {"defaults": keys}})


def monitoring(**keys: object) -> JsonObject:
    """What is watched."""
    return cast(JsonObject, {"monitoring": keys})


def quiet(*excepted: str) -> JsonObject:
    """Quiet hours."""
    return monitoring(quiet={"hours": [{"from": "22:00", "to": "07:00"}], "except": [*excepted]})


def command(*words: str) -> JsonObject:
    """An alert that starts a program."""
    return monitoring(sinks={"call": {"type": "command", "command": [*words]}})


ROWS = (
    Row("config.logging.redaction", logging(redactSensitive="off"), logging(redactSensitive="tools")),
    Row("config.logging.talkative", logging(level="trace"), logging(level="info")),
    Row("config.logging.mute", logging(level="silent"), logging(level="error")),
    Row("config.logging.kept", logging(retention={"days": 0}), logging(retention={"days": 1})),
    Row("config.logging.brief", logging(retention={"days": 2}), logging(retention={"days": 3})),
    Row("config.diagnostics.prompts", {"diagnostics": {"cacheTrace": {"enabled": True}}},
        {"diagnostics": {"cacheTrace": {"enabled": False}}}),
    Row("config.cost.limit", {}, monitoring(dailyCostLimit=5)),
    Row("config.agents.context", defaults(contextTokens=500_001), defaults(contextTokens=200_000)),
    Row("config.agents.context", defaults(bootstrapMaxChars=600_000), defaults(bootstrapMaxChars=20_000)),
    Row("config.agents.endless", defaults(timeoutSeconds=0), defaults(timeoutSeconds=600)),
    Row("config.agents.many", defaults(maxConcurrent=17), defaults(maxConcurrent=16)),
    Row("config.resources.reserve", {"resources": {"reserveDisk": 0}}, {"resources": {"reserveDisk": 1}}),
    Row("config.monitoring.rules", monitoring(rules={"cpu": {"enabled": False}}),
        monitoring(rules={"cpu": {"value": 1}})),
    Row("config.monitoring.quiet", quiet("approvals"), quiet("approvals", "security")),
    Row("config.monitoring.quiet", quiet(), quiet("critical")),
    Row("config.monitoring.programs", command("/tmp/call.sh"), command("/usr/local/bin/call")),
    Row("config.monitoring.programs", command("call"), monitoring(sinks={"w": {"type": "log"}})),
    Row("config.monitoring.repair", monitoring(repair={"enabled": False}), monitoring(repair={"enabled": True})),
    Row("config.update.channel", {"update": {"channel": "dev"}}, {"update": {"channel": "stable"}}),
    Row("config.update.off", {"update": {"checkOnStart": False}}, {"update": {"checkOnStart": True}}),
    Row("config.plugins.folders", {"plugins": {"load": {"paths": ["~/p"]}}}, {"plugins": {"load": {}}}),
    Row("config.plugins.any", {"plugins": {"enabled": True}}, {"plugins": {"enabled": True, "allow": ["a"]}}),
    Row("config.reload.off", {"gateway": {"reload": {"mode": "off"}}}, {"gateway": {"reload": {"mode": "hot"}}}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_it_is_found_where_it_is_and_only_there(row: Row) -> None:
    prove(row)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_its_repair_helps(row: Row) -> None:
    prove_repair(row)


def test_every_check_has_its_row() -> None:
    prove_complete(CHECKS, ROWS)
