"""What assistants may do: each check with what is wrong and what is right."""

from __future__ import annotations

from typing import cast

import pytest
from audit_stage import Row, name, prove, prove_complete, prove_repair

from clawd_desktop.config.audit_tools import CHECKS
from clawd_desktop.core.values import JsonObject


def sandbox(**keys: object) -> JsonObject:
    """The sandbox of all agents, on."""
    return cast(JsonObject, {"agents": {"defaults": {"sandbox": {"mode": "non-main", **keys}}}})


def docker(**keys: object) -> JsonObject:
    """The container of the sandbox."""
    return sandbox(docker=keys)


def run(**keys: object) -> JsonObject:
    """How commands run."""
    return cast(JsonObject, {"tools": {"exec": keys}})


def browser(**keys: object) -> JsonObject:
    """The browser."""
    return cast(JsonObject, {"browser": keys})


def elevated(*people: str, enabled: bool = True) -> JsonObject:
    """Who may leave the sandbox."""
    return {"tools": {"elevated": {"enabled": enabled, "allowFrom": {"telegram": [*people]}}}}


OPEN: JsonObject = {"channels": {"telegram": {"allowFrom": ["*"], "dmPolicy": "open"}}}
ROWS = (
    Row("config.sandbox.mode", sandbox(mode="off"), sandbox(mode="non-main")),
    Row("config.sandbox.mode", {}, sandbox(mode="all")),
    Row("config.sandbox.agent", {"agents": {"list": [{"id": "a", "sandbox": {"mode": "off"}}]}},
        {"agents": {"list": [{"id": "a", "sandbox": {"scope": "session"}}]}}),
    Row("config.sandbox.writes", sandbox(workspaceAccess="rw"), sandbox(workspaceAccess="ro")),
    Row("config.sandbox.network.host", docker(network="host"), docker(network="none")),
    Row("config.sandbox.network", docker(network="bridge"), docker(network="none")),
    Row("config.sandbox.mounts", docker(binds=["/var/run/docker.sock:/s"]), docker(binds=["/srv/data:/data:ro"])),
    Row("config.sandbox.mounts", docker(binds=["/:/host"]), docker(binds=[])),
    Row("config.sandbox.root", docker(readOnlyRoot=False), docker(readOnlyRoot=True)),
    Row("config.sandbox.rights", docker(capDrop=["NET_RAW"]), docker(capDrop=["ALL"])),
    Row("config.sandbox.user", docker(user="0:0"), docker(user="1000:1000")),
    Row("config.sandbox.unconfined", docker(seccompProfile="unconfined"), docker(seccompProfile="own.json")),
    Row("config.sandbox.browser", sandbox(browser={"allowHostControl": True}), sandbox(browser={"enabled": True})),
    Row("config.sandbox.shared", sandbox(scope="shared"), sandbox(scope="agent")),
    Row("config.sandbox.sessions", sandbox(sessionToolsVisibility="all"), sandbox(sessionToolsVisibility="spawned")),
    Row("config.exec.unasked", run(security="full", ask="off"), run(security="full", ask="always")),
    Row("config.exec.full", run(security="full"), run(security="allowlist")),
    Row("config.exec.ask", run(ask="off"), run(ask="on-miss")),
    Row("config.exec.ask", run(ask="off", security="allowlist"), run(ask="off", security="deny")),
    Row("config.exec.harmless", run(safeBins=["jq", "python3"]), run(safeBins=["jq", "cut", "sort"])),
    Row("config.exec.harmless", run(safeBins=["/bin/bash"]), run(safeBins=["bashful"])),
    Row("config.exec.path", run(pathPrepend=["/tmp/bin"]), run(pathPrepend=["/opt/bin", "~/bin"])),
    Row("config.exec.path", run(pathPrepend=["bin"]), run()),
    Row("config.exec.time", run(timeoutSec=0), run(timeoutSec=600)),
    Row("config.elevated.everyone", elevated("*"), elevated("42")),
    Row("config.elevated.everyone", elevated("1", "*"), elevated("*", enabled=False)),
    Row("config.elevated.always", {"agents": {"defaults": {"elevatedDefault": "full"}}},
        {"agents": {"defaults": {"elevatedDefault": "ask"}}}),
    Row("config.browser.unboxed", browser(noSandbox=True), browser(noSandbox=False)),
    Row("config.browser.scripts", OPEN, {**OPEN, **browser(evaluateEnabled=False)}),
    Row("config.browser.far", browser(cdpUrl="http://10.0.0.5:9222"), browser(cdpUrl="http://127.0.0.1:9222")),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_it_is_found_where_it_is_and_only_there(row: Row) -> None:
    prove(row)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_its_repair_helps(row: Row) -> None:
    prove_repair(row)


def test_every_check_has_its_row() -> None:
    prove_complete(CHECKS, ROWS)
