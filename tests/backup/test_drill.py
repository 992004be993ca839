"""A backup is restored aside, a real gateway starts on the copy, and what it says is what the backup holds."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from pathlib import Path

import pytest
from backup_desk_stage import damage
from desktop_session import secret_service
from drill_stage import DrillStage, seen, talk, tried
from jeepney import DBusAddress

from clawd_desktop.backup import drill_copy
from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.drill import Bench, Drill, Subject, Tried
from clawd_desktop.backup.drill_report import DrillReport
from clawd_desktop.backup.progress import Progress, Stopped, never, unwatched
from clawd_desktop.backup.sealing import Lock
from clawd_desktop.core.errors import StorageFault

KEYRING = DBusAddress(
    "/org/freedesktop/secrets/aliases/default", "org.freedesktop.secrets", "org.freedesktop.DBus.Properties"
)
WHOLE = ["read", "restore", "compare", "configuration", "start", "sessions", "conversations"]


def names(report: DrillReport) -> list[str]:
    return [step.name for step in report.steps]


async def test_a_good_backup_comes_back_and_nothing_of_the_copy_stays(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    (stage.state / "exec-approvals.json").write_text(json.dumps({"version": 1, "socket": {"token": "t" * 32}}))
    talk(stage.state, "another", "one", session="0f6f3c1e-0000-4000-8000-000000000002", key="agent:main:other")
    desk, drills = await stage.drills()
    record, report = await tried(desk, drills)
    assert report.ok, report
    assert names(report) == WHOLE
    assert "1 from which secrets were left out" in report.steps[2].text
    assert "It lists 2 conversations." in report.steps[5].text
    assert "6 messages of 2 conversations" in report.steps[6].text
    assert (report.backup, report.path, report.created_ms) == (record.id, record.path, record.at_ms)
    assert all(step.took_s >= 0 for step in report.steps)
    assert stage.scratch() == []
    assert stage.notice is None


async def test_a_flipped_bit_is_found_and_named(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    record = await desk.create(Order())
    damage(Path(record.path))
    (report,) = await drills.drill()
    assert (report.ok, report.tried, names(report)) == (False, True, ["read"])
    assert "archive damaged at" in report.fault
    assert (await desk.all())[0].text == report.fault, "the list says so too"
    assert stage.scratch() == []


@pytest.mark.parametrize(
    ("spoil", "step", "words"),
    [
        (lambda path: path.write_bytes(b"\0" * 300 + b"\n"), "conversations", "cannot be read: the line at byte 0"),
        (
            lambda path: path.write_text(path.read_text().replace('"type": "message"', '"type: message"', 1)),
            "conversations", "sessions/0f6f3c1e-0000-4000-8000-000000000001.jsonl cannot be read: the line at byte",
        ),
        (
            lambda path: (path.parent / "sessions.json").write_text('{"agent:main:main": {"sessionId": "s1"'),
            "conversations", "The list of conversations agents/main/sessions/sessions.json is damaged",
        ),
        (
            lambda path: (path.parents[3] / "clawdbot.json").write_text('{"gateway": {"port": "none"}}'),
            "configuration", "The configuration in it is not valid: gateway.port",
        ),
    ],
)  # fmt: skip
async def test_what_no_checksum_sees_is_found(tmp_path: Path, spoil: object, step: str, words: str) -> None:
    """The archive is whole: what was put into it cannot be used."""
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    spoil(stage.transcript)  # type: ignore[operator]
    record = await desk.create(Order())
    assert (await desk.verify(record.id)).id == record.id
    (report,) = await drills.drill()
    assert (report.ok, report.tried, names(report)[-1]) == (False, True, step), report
    assert words in report.fault
    assert stage.scratch() == []


def made(stage: DrillStage, path: Path, trouble: str = "", limit_s: float = 600.0) -> tuple[Subject, Bench]:
    subject = Subject("x", path, 1, path.stat().st_size, ArchiveBackup(path), trouble)
    return subject, Bench(stage.paths, dict(os.environ), stage.clock, limit_s)


async def done(drill: Drill) -> Tried:
    return await asyncio.to_thread(drill.run)


async def test_what_cannot_be_opened_says_what_can_be_seen(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, _ = await stage.drills()
    record = await desk.create(Order(lock=Lock("four words of mine")))
    path = Path(record.path)
    report = (await done(Drill(*made(stage, path, "Nobody knows."), unwatched, never))).report
    assert (report.ok, report.tried) == (False, True)
    assert f"{path} is locked: Nobody knows. What can be seen without opening it is as it should be." in report.fault
    subject, bench = made(stage, path, "Nobody knows.")
    path.write_bytes(path.read_bytes()[:-100])
    cut = await done(Drill(subject, bench, unwatched, never))
    assert "it has" in cut.report.fault
    assert cut.damaged


async def test_without_room_nothing_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = DrillStage(tmp_path)
    desk, _ = await stage.drills()
    record = await desk.create(Order())

    def full(folder: Path, needed: int) -> None:
        raise StorageFault("There is no room.")

    monkeypatch.setattr(drill_copy, "need_room", full)
    found = await done(Drill(*made(stage, Path(record.path)), unwatched, never))
    assert (found.report.ok, found.report.tried, names(found.report)) == (False, False, ["read", "restore"])
    assert found.manifest is not None


async def test_it_ends_in_time_and_when_it_is_stopped(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, _ = await stage.drills()
    record = await desk.create(Order())
    late = (await done(Drill(*made(stage, Path(record.path), limit_s=0.0), unwatched, never))).report
    assert (late.ok, late.tried) == (False, False)
    assert "took longer" in late.fault
    stopped = threading.Event()

    def watch(progress: Progress) -> None:
        if progress.stage == "start":
            stopped.set()

    with pytest.raises(Stopped):
        await done(Drill(*made(stage, Path(record.path)), watch, stopped.is_set))
    assert stopped.is_set()
    assert stage.scratch() == []


async def test_nothing_of_this_user_is_touched_and_nobody_is_reached(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The restored configuration names the real workspace, a keyring, a sink, a log server, hooks, channels, a backup
    folder; there is a bus with a keyring, and a home with the usual workspace."""
    clawd, far = home / "clawd", tmp_path / "far" / "project"
    for folder in (clawd, far):
        folder.mkdir(parents=True)
        (folder / "AGENTS.md").write_text("mine")
    (home / ".clawdbot").mkdir()
    (home / ".clawdbot" / "exec-approvals.json").write_text("{}")
    stage = DrillStage(tmp_path)
    with secret_service() as bus, socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
        monkeypatch.setenv("TELEGRAM_TOKEN", "1:abcdefgh")
        desk, drills = await stage.drills()
        stage.paths.config_file.write_text(
            json.dumps(
                {
                    "gateway": {"port": port, "bind": "lan", "auth": {"password": "keyring:gateway.auth.password"}},
                    "agents": {
                        "defaults": {"workspace": "~/clawd", "heartbeat": {"every": "1m"}},
                        "list": [{"id": "main"}, {"id": "work", "workspace": str(far)}],
                    },
                    "channels": {"telegram": {"botToken": "keyring:telegram", "enabled": True}},
                    "hooks": {"enabled": True, "token": "keyring:hooks.token", "path": "/hooks"},
                    "models": {
                        "providers": {
                            "x": {
                                "baseUrl": f"http://127.0.0.1:{port}/v1",
                                "apiKey": "keyring:x",
                                "models": [{"id": "m", "name": "m"}],
                            }
                        }
                    },
                    "monitoring": {
                        "sinks": {"w": {"type": "webhook", "minSeverity": "info", "url": f"http://127.0.0.1:{port}/w"}},
                        "deadMan": {"url": f"http://127.0.0.1:{port}/alive", "every": "60s"},
                    },
                    "logging": {"file": str(far / "log.jsonl")},
                    "backup": {"destinations": [{"path": str(tmp_path / "far" / "backups")}]},
                }
            )
        )
        await stage.config.load()
        assert stage.config.safe_reason == "", stage.config.safe_reason
        await desk.create(Order())
        apart = (stage.paths.own, stage.paths.cache, stage.state, stage.usual)
        before = seen(tmp_path, *apart), seen(home), seen(stage.state, stage.paths.own, stage.paths.cache)
        items = bus.call(KEYRING, "Get", "ss", "org.freedesktop.Secret.Collection", "Items")
        (report,) = await drills.drill()
        assert report.ok, report
        after = seen(tmp_path, *apart), seen(home), seen(stage.state, stage.paths.own, stage.paths.cache)
        assert before == after
        assert bus.call(KEYRING, "Get", "ss", "org.freedesktop.Secret.Collection", "Items") == items
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert stage.scratch() == []
