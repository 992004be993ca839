"""What was left behind: errors in real log lines, secrets in old copies, keys of others, approvals."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from clawd_desktop.core.findings import Level
from clawd_desktop.operations.audit_chain import AuditEntry
from clawd_desktop.operations.audit_files import AuditFiles
from clawd_desktop.operations.diagnostics import traces
from clawd_desktop.operations.diagnostics.ground import Ground

Grounds = Callable[..., Ground]
DAY = 86_400_000


def line(text: str, level: str = "ERROR", ago_s: float = 60) -> str:
    """A line as the log has it."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - ago_s))
    return json.dumps({"0": text, "time": moment, "_meta": {"logLevelName": level, "name": "{}", "date": moment}})


def logged(ground: Ground, *lines: str) -> None:
    ground.paths.logs.mkdir(exist_ok=True)
    (ground.paths.logs / "clawd-desktop-2026-01-01.log").write_text("\n".join(lines) + "\n")


def test_a_quiet_log(ground: Ground) -> None:
    assert traces.log(ground) == ()
    logged(ground, line("started", "INFO"), line("old trouble", ago_s=90_000), "not json", "[]", "")
    assert traces.log(ground) == ()


def test_errors_of_the_last_day(ground: Ground) -> None:
    logged(ground, line("it broke\ntraceback"), line("it broke\nother"), line("once"))
    (one,) = traces.log(ground)
    assert (one.level, one.title) == (Level.INFO, "3 errors in the log since yesterday")
    assert one.description == "it broke (2 times); once"
    logged(ground, *[line("again")] * 10)
    assert [one.level for one in traces.log(ground)] == [Level.WARNING]
    logged(ground, line("the end", "FATAL"))
    assert [one.level for one in traces.log(ground)] == [Level.WARNING]


def test_only_the_end_of_a_huge_log_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"x" * 3_000_000 + b"\nlast\n")
    assert traces.tail_lines(path) == [b"last"]
    assert traces.tail_lines(tmp_path / "gone") == []


def test_logs_that_fill_the_disk() -> None:
    assert traces.log_findings(traces.LogTroubles(), traces.MOST_LOGS) == ()
    assert len(traces.log_findings(traces.LogTroubles(), traces.MOST_LOGS + 1)) == 1


def test_passwords_in_old_copies_are_taken_out(grounds: Grounds) -> None:
    ground = grounds('{gateway: {auth: {password: "keyring:gateway.auth.password"}}}')
    assert traces.old_copies(ground) == ()
    copy = ground.paths.config_file.with_name("clawdbot.json.bak")
    copy.write_text('{gateway: {auth: {password: "hunter2-secret"}}, // mine\n}')
    (one,) = traces.old_copies(ground)
    assert "hunter2" not in repr(one)
    assert not asyncio.run(traces.clean_copies(ground, one.id, True)).done
    assert "hunter2-secret" in copy.read_text()
    asyncio.run(traces.clean_copies(ground, one.id, False))
    assert "hunter2-secret" not in copy.read_text()
    assert "// mine" in copy.read_text()
    assert traces.old_copies(ground) == ()


def test_what_stands_in_the_file_itself_is_another_checks_matter(grounds: Grounds) -> None:
    ground = grounds('{gateway: {auth: {password: "hunter2-secret"}}}')
    ground.paths.config_file.with_name("clawdbot.json.bak").write_text(ground.paths.config_file.read_text())
    assert traces.old_copies(ground) == ()


def test_keys_of_clawdbot(ground: Ground) -> None:
    assert traces.foreign_keys(ground) == ()
    file = ground.paths.state / "agents" / "main" / "agent" / "auth-profiles.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"profiles": {"a": {"type": "api_key", "provider": "openai"}}}))
    assert traces.foreign_keys(ground) == ()
    file.write_text(json.dumps({"profiles": {"a": {"type": "api_key", "provider": "openai", "key": "sk-1"}}}))
    (one,) = traces.foreign_keys(ground)
    assert (one.level, "sk-1" in repr(one)) == (Level.INFO, False)


def test_approvals(ground: Ground) -> None:
    assert traces.approvals(ground) == ()
    file = ground.paths.exec_approvals
    file.write_text('{"version": 1, "defaults": {"security": "allowlist", "ask": "on-miss"}}')
    assert traces.approvals(ground) == ()
    file.write_text('{"version": 1, "defaults": {"security": "full", "ask": "off"}}')
    assert [one.id for one in traces.approvals(ground)] == ["traces.approvals.open"]
    file.write_text("{")
    assert [one.id for one in traces.approvals(ground)] == ["traces.approvals.unreadable"]


def test_channels(grounds: Grounds) -> None:
    assert traces.channels(grounds("{channels: {}}")) == ()
    (one,) = traces.channels(grounds('{channels: {telegram: {botToken: "${X}", enabled: true}}}', X="1"))
    assert one.description == "telegram."


def test_crashes_of_the_last_week(ground: Ground) -> None:
    ground.paths.own.mkdir()
    (ground.paths.own / "crash-20260101T000000Z.txt").touch()
    assert traces.crashes(ground) == (), "the file of the run that goes on is empty"
    file = ground.paths.own / "crash-20260102T000000Z.txt"
    file.write_text("Fatal Python error: Segmentation fault")
    assert [one.level for one in traces.crashes(ground)] == [Level.WARNING]
    os.utime(file, (1, 1))
    assert traces.crashes(ground) == ()


def test_the_record_of_who_did_what(ground: Ground) -> None:
    assert traces.audit(ground) == ()
    files = AuditFiles(ground.paths.own / "audit")
    for number in range(3):
        files.append([AuditEntry(0, ground.clock.wall_ms(), "me", "config.set", f"key {number}")])
    files.close()
    assert traces.audit(ground) == ()
    (path,) = files.files()
    path.write_text(path.read_text().replace("key 1", "key 9"))
    assert [one.level for one in traces.audit(ground)] == [Level.ERROR]


def test_a_log_that_lies_elsewhere(grounds: Grounds, tmp_path: Path) -> None:
    ground = grounds(json.dumps({"logging": {"file": str(tmp_path / "own" / "x.log")}}))
    assert traces.log(ground) == ()
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "x.log").write_text(line("it broke") + "\n")
    assert len(traces.log(ground)) == 1
