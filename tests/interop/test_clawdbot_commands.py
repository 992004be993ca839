"""Clawdbot's command line, unmodified, looks after our gateway and talks through it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running_gateway import running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]
MAIN = "agent:main:main"


async def test_calls_see_what_was_said(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        run = {"message": "hi", "agentId": "main", "idempotencyKey": "k1"}
        arguments = ("gateway", "call", "agent", "--expect-final", "--json", "--params", json.dumps(run))
        final = (await foreign.clawdbot(app.port, *arguments)).json()
        about_main = ("--json", "--params", json.dumps({"sessionKey": "main"}))
        health, history = await asyncio.gather(
            foreign.clawdbot(app.port, "gateway", "call", "health", "--json"),
            foreign.clawdbot(app.port, "gateway", "call", "chat.history", *about_main),
        )
    assert (final["runId"], final["status"], final["result"]["payloads"][0]["text"]) == ("k1", "ok", "You said: hi")
    assert health.json()["sessions"]["count"] == 1
    assert [message["role"] for message in history.json()["messages"]] == ["user", "assistant"]


async def test_the_agent_command_is_answered_by_us(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        said = await foreign.clawdbot(app.port, "agent", "--agent", "main", "--message", "hi", "--json")
    assert said.json()["result"]["payloads"][0]["text"] == "You said: hi"
    # On any failure this command answers by itself, and only says so here.
    assert "falling back" not in said.err.lower()


@pytest.mark.parametrize(("password", "problem"), [("wrong", "mismatch"), ("", "missing")])
async def test_a_wrong_password_is_explained(
    foreign: ForeignClients, tmp_path: Path, password: str, problem: str
) -> None:
    async with running(tmp_path / "state") as app:
        said = await foreign.clawdbot(app.port, "gateway", "call", "health", password=password)
    hint = "set gateway.remote.password to match gateway.auth.password"
    assert said.code == 1
    assert f"gateway closed (1008): unauthorized: gateway password {problem} ({hint})" in said.err


async def test_looking_after_the_gateway(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        commands = {
            "health": ("health", "--json"),
            "status": ("status", "--json"),
            "probe": ("gateway", "probe", "--json", "--url", f"ws://127.0.0.1:{app.port}"),
            "logs": ("logs", "--json", "--limit", "50"),
            "devices": ("devices", "list", "--json"),
            "channels": ("channels", "status", "--json", "--probe"),
            "cron": ("cron", "status", "--json"),
            "jobs": ("cron", "list", "--json"),
            "presence": ("system", "presence", "--json"),
            "heartbeat": ("system", "heartbeat", "last", "--json"),
            "usage": ("gateway", "usage-cost", "--json", "--days", "7"),
        }
        two = asyncio.Semaphore(2)

        async def ask(arguments: tuple[str, ...]) -> str:
            async with two:
                said = await foreign.clawdbot(app.port, *arguments)
                assert said.code == 0, said.err
                return said.out

        said = dict(zip(commands, await asyncio.gather(*map(ask, commands.values())), strict=True))
    logged = [json.loads(line) for line in said["logs"].splitlines()]
    answers = {name: json.loads(text) for name, text in said.items() if name != "logs"}
    assert answers["health"]["ok"] is True
    gateway = answers["status"]["gateway"]
    assert (gateway["reachable"], gateway["misconfigured"], gateway["error"]) == (True, False, None)
    assert gateway["self"]["host"]
    explicit = next(target for target in answers["probe"]["targets"] if target["id"] == "explicit")
    assert (answers["probe"]["ok"], explicit["connect"]["ok"]) == (True, True)
    assert explicit["health"]["ok"] is True
    assert explicit["config"]["path"] == str(app.state / "clawdbot.json")
    assert (logged[0]["type"], Path(logged[0]["file"]).parent) == ("meta", app.state / "logs")
    assert {line["subsystem"] for line in logged[1:]} >= {"gateway"}
    assert {device["clientId"] for device in answers["devices"]["paired"]} == {"cli"}
    assert "tokenHashes" not in said["devices"]
    assert answers["channels"]["channelAccounts"] == {}
    assert answers["jobs"] == {"jobs": []}
    assert (answers["presence"][0]["mode"], answers["heartbeat"]) == ("gateway", None)
    assert (answers["usage"]["days"], answers["usage"]["daily"]) == (7, [])
    assert answers["cron"]["storePath"] == str(app.state / "cron" / "jobs.json")


async def test_an_event_of_a_script_wakes_the_assistant(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app, app.client() as watcher:
        event = ("system", "event", "--text", "the bell rang", "--mode", "now", "--json")
        said = await foreign.clawdbot(app.port, *event)
        assert said.json() == {"ok": True}
        final = await watcher.until("chat", state="final")
    assert "the bell rang" in final["message"]["content"][0]["text"]  # type: ignore[index]


async def test_a_job_that_would_not_run_is_not_taken(foreign: ForeignClients, tmp_path: Path) -> None:
    job = ("cron", "add", "--name", "x", "--every", "1h", "--system-event", "hi", "--session", "main", "--json")
    async with running(tmp_path / "state") as app:
        said = await foreign.clawdbot(app.port, *job)
    assert said.code == 1
    assert "Planned work (cron) is not built into this version yet: the job was not kept" in said.err
