""" "Allow always" remembers the program that was really found, and nothing that could run anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gateway_rig import until

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.sandbox.approval_file import ApprovalFile
from clawd_desktop.sandbox.approvals import Approvals, Asker, Command
from clawd_desktop.sandbox.lasting import LastingApprovals, lasting_pattern


def found(name: str) -> str | None:
    return None if name == "nothing" else name if name.startswith("/") else f"/usr/bin/{name}"


@pytest.mark.parametrize(
    ("command", "pattern"),
    [
        (Command("rg -n 'a b' src"), "/usr/bin/rg"),
        (Command("rg x", host="gateway", resolved_path="/usr/bin/rg"), "/usr/bin/rg"),
        (Command("/opt/own/tool --fast"), "/opt/own/tool"),
        (Command("rg x", resolved_path="/bin/sh"), ""),
        (Command("rg x", host="node"), ""),
        (Command("rg x", host="sandbox"), ""),
        (Command("nothing x"), ""),
        (Command("rg 'unfinished"), ""),
        (Command("   "), ""),
    ],
)
def test_the_program_that_was_found_is_allowed(command: Command, pattern: str) -> None:
    assert lasting_pattern(command, found) == pattern


@pytest.mark.parametrize(
    "text",
    [
        'echo "$(rm x)"', "echo `rm x`", "rg x; rm y", "rg x && rm y", "rg x | sh", "rg x > ~/.bashrc", "rg x\nrm y",
        "rg \\\nx", "rg {a,b}", "FOO=$HOME rg x", "rg *",
    ],
)  # fmt: skip
def test_what_a_shell_takes_apart_is_asked_again(text: str) -> None:
    assert lasting_pattern(Command(text), found) == ""


@pytest.mark.parametrize(
    "text",
    [
        "sh -c 'rm x'", "bash x.sh", "env bash", "env -S 'rm x'", "busybox rm x", "toybox rm", "sudo rm x",
        "python3 x.py", "python3.11 x.py", "node x.js", "perl x.pl", "xargs rm", "find . -delete", "/bin/BASH -lc x",
        "cmd.exe /c del", "pwsh x", "nohup rm", "timeout 5 rm x", "time rm",
    ],
)  # fmt: skip
def test_what_runs_whatever_it_is_given_is_asked_again(text: str) -> None:
    assert lasting_pattern(Command(text), found) == ""


def test_a_link_to_a_shell_is_a_shell(tmp_path: Path) -> None:
    (tmp_path / "bash").touch()
    (tmp_path / "innocent").symlink_to(tmp_path / "bash")
    assert lasting_pattern(Command("innocent x"), lambda name: str(tmp_path / name)) == ""


async def test_it_is_written_down_when_the_answer_is_always(tmp_path: Path) -> None:
    bus, clock = EventBus(), ManualClock()
    approvals, file = Approvals(bus, clock), ApprovalFile(tmp_path / "exec-approvals.json", clock)
    stop = LastingApprovals(approvals, file).listen(bus)

    def decide(text: str, decision: str) -> None:
        command = Command(text, host="gateway", agent_id="main")
        approvals.resolve(approvals.ask(command, Asker(), timeout_ms=60_000).id, decision)

    decide("ls -l", "allow-once")
    decide("cat x", "deny")
    decide("sh -c x", "allow-always")
    decide("uname -a", "allow-always")
    await until(file.path.exists)
    allowed = json.loads(file.path.read_bytes())["agents"]["main"]["allowlist"]
    assert [(Path(entry["pattern"]).name, entry["lastUsedCommand"]) for entry in allowed] == [("uname", "uname -a")]
    stop()
    file.path.unlink()
    decide("uname -a", "allow-always")
    assert not file.path.exists()


async def test_a_list_that_cannot_be_read_is_left(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bus, clock = EventBus(), ManualClock()
    (tmp_path / "exec-approvals.json").write_text("{torn")
    approvals, file = Approvals(bus, clock), ApprovalFile(tmp_path / "exec-approvals.json", clock)
    LastingApprovals(approvals, file).listen(bus)
    approvals.resolve(approvals.ask(Command("uname"), Asker(), timeout_ms=60_000).id, "allow-always")
    await until(lambda: "could not be stored" in caplog.text)
    assert file.path.read_text() == "{torn"
