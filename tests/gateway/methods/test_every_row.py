"""Each row of the method table is called over a real socket, and answers exactly what its result type says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from result_shapes import misfit
from running_gateway import Client, Json, Running, running

from clawd_desktop.gateway import assembly
from clawd_desktop.gateway.methods import Topic, build_table
from clawd_desktop.gateway.methods.table import Method, Role, role_of, scope_of

Answers = dict[str, Json]
Params = Json | Callable[[Answers], Json]


@dataclass(frozen=True)
class Asked:
    """A call with good parameters; `refused` is part of the sentence with which a method without subject refuses."""

    method: str
    params: Params = field(default_factory=dict)
    refused: str = ""


def _config(answers: Answers) -> Json:
    return {"raw": answers["config.get"]["raw"], "baseHash": answers["config.get"]["hash"]}


def _patch(answers: Answers) -> Json:
    return {"raw": '{"ui": {"seamColor": "#336699"}}', "baseHash": answers["config.get"]["hash"], "note": "colour"}


def _wizard(answers: Answers) -> Json:
    return {"sessionId": answers["wizard.start"]["sessionId"]}


def _backup(answers: Answers) -> Json:
    return {"id": answers["backup.create"]["id"]}


def _approvals(answers: Answers) -> Json:
    shot = answers["exec.approvals.get"]
    return {"file": {"version": 1}, **({"baseHash": shot["hash"]} if shot.get("exists") else {})}


MAIN, WORK = "agent:main:main", "agent:main:work"
BLANK_RUN = {"sessionKey": "main", "idempotencyKey": "k1"}
DEVICE = {"deviceId": "nope", "role": "operator"}
# Topics that Clawdbot does not have; its clients are not told of them.
OURS = (
    "metrics",
    "alerts",
    "resources",
    "cache",
    "doctor",
    "report",
    "traces",
    "profile",
    "audit",
    "services",
    "backup",
)
# One after the other: some need what those before have done.
CALLS = (
    Asked("health", {"probe": True}),
    Asked("status"),
    Asked("logs.tail", {"limit": 3}),
    Asked("system-presence"),
    Asked("last-heartbeat"),
    Asked("system-event", {"text": "Node: pi (10.0.0.2) · app 1 · mode local · reason launch", "tags": ["x"]}),
    Asked("set-heartbeats", {"enabled": False}),
    Asked("chat.send", {"message": "hello", **BLANK_RUN}),
    Asked("agent.wait", {"runId": "k1", "timeoutMs": 10_000}),
    Asked("agent", {"message": "hello", "sessionKey": WORK, "idempotencyKey": "k2"}),
    Asked("wake", {"mode": "now", "text": "the bell rang"}),
    Asked("chat.inject", {"sessionKey": "work", "message": "a note", "label": "L"}),
    Asked("chat.history", {"sessionKey": "work"}),
    Asked("chat.abort", {"sessionKey": "work"}),
    Asked("status"),
    Asked("health"),
    Asked("system-presence"),
    Asked("usage.status"),
    Asked("usage.cost", {"days": "7"}),
    Asked("models.list"),
    Asked("agents.list"),
    Asked("agent.identity.get", {"agentId": "main"}),
    Asked("sessions.patch", {"key": "work", "label": "Work", "thinkingLevel": "low", "verboseLevel": "on"}),
    Asked("sessions.list", {"includeLastMessage": True, "includeDerivedTitles": True}),
    Asked("sessions.preview", {"keys": [MAIN, "nothing"]}),
    Asked("sessions.resolve", {"label": "Work"}),
    Asked("sessions.describe", {"key": "work", "agentId": "main"}),
    Asked("sessions.messages.subscribe", {"key": "work"}),
    Asked("sessions.messages.unsubscribe", {"key": "work"}),
    Asked("sessions.compact", {"key": "work", "maxLines": 2}),
    Asked("sessions.reset", {"key": "work", "reason": "new"}),
    Asked("sessions.delete", {"key": "work"}),
    Asked("channels.status", {"probe": True, "timeoutMs": 1000}),
    Asked("channels.logout", {"channel": "telegram"}, "channel telegram does not support logout"),
    Asked("web.login.start", {"force": True}, "web login provider is not available"),
    Asked("web.login.wait", {"timeoutMs": 1000}, "web login provider is not available"),
    Asked("send", {"to": "x", "message": "m", "idempotencyKey": "s1"}, "unsupported channel: whatsapp"),
    Asked(
        "poll",
        {"to": "x", "question": "q", "options": ["a", "b"], "idempotencyKey": "p1"},
        "unsupported poll channel: whatsapp",
    ),
    Asked("pairing.list", {"channel": "Telegram"}),
    Asked("pairing.approve", {"channel": "telegram", "code": "abcd2345"}),
    Asked("cron.list", {"includeDisabled": True}),
    Asked("cron.status"),
    Asked("cron.add", {"name": "x"}, "not built into this version yet"),
    Asked("cron.update", {"id": "x", "patch": {"enabled": False}}, "unknown cron job id: x"),
    Asked("cron.remove", {"jobId": "x"}),
    Asked("cron.run", {"id": "x", "mode": "force"}, "unknown cron job id: x"),
    Asked("cron.runs", {"id": "x", "limit": 5}),
    Asked("skills.status"),
    Asked("skills.install", {"name": "weather", "installId": "brew"}, "Skill not found: weather"),
    Asked("skills.update", {"skillKey": "weather", "enabled": False, "env": {"CITY": "Paris"}}),
    Asked("talk.mode", {"enabled": True, "phase": "listening"}),
    Asked("voicewake.get"),
    Asked("voicewake.set", {"triggers": ["hey"]}),
    Asked("tts.status"),
    Asked("tts.providers"),
    Asked("tts.enable", {}, "not built into this version yet"),
    Asked("tts.disable"),
    Asked("tts.convert", {"text": "hello"}, "not built into this version yet"),
    Asked("tts.setProvider", {"provider": "openai"}),
    Asked("update.run", {"note": "please"}),
    Asked("browser.request", {"method": "GET", "path": "/"}, "not built into this version yet"),
    Asked("wizard.start", {"mode": "local"}),
    Asked("wizard.next", _wizard),
    Asked("wizard.status", _wizard),
    Asked("wizard.cancel", _wizard),
    Asked("config.get"),
    Asked("config.set", _config),
    Asked("config.get"),
    Asked("config.patch", _patch),
    Asked("config.get"),
    Asked("config.apply", _config),
    Asked("config.schema"),
    Asked("device.pair.list"),
    Asked("device.pair.approve", {"requestId": "nope"}, "unknown requestId"),
    Asked("device.pair.reject", {"requestId": "nope"}, "unknown requestId"),
    Asked("device.token.rotate", DEVICE, "unknown deviceId/role"),
    Asked("device.token.revoke", DEVICE, "unknown deviceId/role"),
    Asked("node.list"),
    Asked("node.describe", {"nodeId": "nope"}, "unknown nodeId"),
    Asked("node.rename", {"nodeId": "nope", "displayName": "x"}, "unknown nodeId"),
    Asked("node.invoke", {"nodeId": "nope", "command": "system.which", "idempotencyKey": "n1"}, "node not connected"),
    Asked("node.pair.request", {"nodeId": "n1"}),
    Asked("node.pair.list"),
    Asked("node.pair.approve", {"requestId": "nope"}, "unknown requestId"),
    Asked("node.pair.reject", {"requestId": "nope"}, "unknown requestId"),
    Asked("node.pair.verify", {"nodeId": "n1", "token": "t"}),
    Asked("node.event", {"event": "chat.subscribe", "payload": {"sessionKey": "main"}}),
    Asked("node.invoke.result", {"id": "nope", "nodeId": "nope", "ok": True}, "nodeId mismatch"),
    Asked("skills.bins"),
    Asked("exec.approvals.get"),
    Asked("exec.approvals.set", _approvals),
    Asked("exec.approvals.node.get", {"nodeId": "nope"}, "node not connected"),
    Asked("exec.approvals.node.set", {"nodeId": "nope", "file": {"version": 1}}, "node not connected"),
    Asked("exec.approval.request", {"command": "true", "timeoutMs": 1}),
    Asked("exec.approval.resolve", {"id": "nope", "decision": "deny"}, "unknown approval id"),
    Asked("traces.list", {"limit": 5, "sessionKey": MAIN}),
    Asked("traces.get", {"runId": "k1"}),
    Asked("traces.export", {"runId": "k1"}),
    Asked("traces.export", {"runId": "k1", "form": "json"}),
    Asked("traces.replay", {"runId": "k1"}),
    Asked("sessions.inspect", {"key": "main"}),
    Asked("sessions.inspect", {"key": "nothing"}),
    Asked("profile.cpu", {"seconds": 0.1, "threads": "all", "speedscope": True}),
    Asked("profile.memory", {"trace": True}),
    Asked("profile.compare", {"keep": False}),
    Asked("profile.stalls"),
    Asked("metrics.get"),
    Asked("metrics.list"),
    Asked("metrics.history", {"key": "system.cpuUsage", "sinceMs": 1, "points": 10}),
    Asked("doctor.run"),
    Asked("doctor.repair", {"id": "system.nothing", "dryRun": True}, "There is no check"),
    Asked("report.preview", {"parts": ["facts"]}),
    Asked("report.save", {"parts": ["packages", "config"]}),
    Asked("resources.get"),
    Asked("resources.suggest", {"production": True}),
    Asked("cache.stats"),
    Asked("cache.clear", {"namespace": "web_fetch"}),
    Asked("backup.create", {"areas": ["config"], "note": "now"}),
    Asked("backup.drill", _backup),
    Asked("backup.list"),
    Asked("backup.verify", _backup),
    Asked("backup.show", _backup),
    Asked("backup.preview", _backup),
    Asked("backup.difference", lambda answers: {**_backup(answers), "area": "config", "path": "clawdbot.json"}),
    Asked("backup.restore", lambda answers: {**_backup(answers), "areas": ["nowhere"]}),
    Asked("backup.restores"),
    Asked("backup.stopRestore"),
    Asked("backup.undo", {"id": "nope"}, "There is no restore nope"),
    Asked("backup.export", lambda answers: {**_backup(answers), "file": "x"}, "must be absolute"),
    Asked("backup.prune", {"dryRun": True}),
    Asked("backup.stop"),
    Asked("services.list"),
    Asked("services.restart", {"name": "nothing"}, "There is no service 'nothing'."),
    Asked("alerts.list"),
    Asked("alerts.past", {"limit": 5}),
    Asked("alerts.rules"),
    Asked("alerts.snooze", {"rule": "disk.low", "seconds": 60}),
    Asked("alerts.test", {"rule": "disk.low"}),
    Asked("alerts.why", {"id": "nope"}, "There is no alert 'nope'"),
    Asked("alerts.acknowledge", {"id": "nope"}, "There is no alert 'nope'"),
    Asked("audit.list", {"limit": 5}),
    Asked("desktop.action", {"id": "assistant.resume"}),
    Asked("desktop.quit"),
)


class Recorder:
    """The table of the gateway that runs, and which handlers it has called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.table: Mapping[str, Method] = {}
        self.called: set[str] = set()
        monkeypatch.setattr(assembly, "build_table", self._build)

    def _build(self, topics: Iterable[Topic]) -> Mapping[str, Method]:
        self.table = {name: self._recording(row) for name, row in build_table(topics).items()}
        return self.table

    def _recording(self, row: Method) -> Method:
        def handler(call: object, params: object) -> object:
            self.called.add(row.name)
            return row.handler(call, params)

        return replace(row, handler=handler)  # type: ignore[arg-type]


def wait_for_pairing(app: Running) -> None:
    """A sender who wrote on a channel, as Clawdbot notes it."""
    from datetime import UTC, datetime

    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    request = {"id": "123", "code": "ABCD2345", "createdAt": now, "lastSeenAt": now, "meta": {"username": "me"}}
    folder = app.state / "credentials"
    folder.mkdir()
    (folder / "telegram-pairing.json").write_text(json.dumps({"version": 1, "requests": [request]}))


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    return Recorder(monkeypatch)


async def test_every_row_is_called_and_answers_what_its_type_says(tmp_path: Path, recorder: Recorder) -> None:
    faults: dict[str, str] = {}
    answers: Answers = {}
    node = {"id": "node-host", "version": "1", "platform": "linux", "mode": "node"}
    async with running(tmp_path) as app, app.client() as owner, app.client(role="node", client=node) as machine:
        wait_for_pairing(app)
        for asked in CALLS:
            row = recorder.table[asked.method]
            client = machine if row.role is Role.NODE else owner
            if fault := await _ask(client, row, asked, answers):
                faults[asked.method] = fault
    assert faults == {}
    assert set(recorder.table) - recorder.called == set(), "no call stands above for these rows"


async def _ask(client: Client, row: Method, asked: Asked, answers: Answers) -> str:
    params = asked.params(answers) if callable(asked.params) else asked.params
    request = await client.send(asked.method, **params)
    frames = [await client.final(request)]
    if asked.method == "agent":
        frames.append(await client.final(request))
    frame = frames[-1]
    if asked.refused:
        said = "" if frame["ok"] else str(frame["error"]["message"])  # type: ignore[index]
        return "" if asked.refused in said else f"should be refused with {asked.refused!r}, said {frame}"
    if not frame["ok"]:
        return f"refused: {frame['error']}"
    answers[asked.method] = frame["payload"]  # type: ignore[assignment]
    return "".join(misfit(row.result, each["payload"]) for each in frames)


async def test_every_row_has_what_the_table_promises(tmp_path: Path, recorder: Recorder) -> None:
    async with running(tmp_path):
        pass
    rows = recorder.table.values()
    assert {row.name for row in rows if row.result is None} == set(), "a row without result type"
    assert {row.name for row in rows if row.scope is not scope_of(row.name)} == set()
    assert {row.name for row in rows if row.role is not role_of(row.name)} == set()
    unlisted = {row.name for row in rows if not row.listed and row.name.partition(".")[0] not in OURS}
    assert unlisted == {
        "sessions.resolve", "chat.inject", "poll", "web.login.start", "web.login.wait", "browser.request",
        "desktop.quit", "desktop.action", "sessions.inspect",
    }  # fmt: skip


async def test_parameters_that_do_not_fit_never_reach_a_handler(tmp_path: Path, recorder: Recorder) -> None:
    async with running(tmp_path) as app, app.client() as client:
        for row in recorder.table.values():
            if row.role is Role.NODE or row.params.model_config.get("extra") != "forbid":
                continue
            frame = await client.final(await client.send(row.name, surprise=1))
            assert "unexpected property 'surprise'" in frame["error"]["message"], row.name  # type: ignore[index]
    assert recorder.called == set()
