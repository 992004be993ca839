"""`clawd-desktop doctor` with the application, without it, and with a configuration that is broken."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running_gateway import PASSWORD, Running, free_port, running

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.doctor import exit_of, show
from clawd_desktop.cli.exits import Exit, NotRunning
from clawd_desktop.cli.target import Target

SAFE = '{agents: {defaults: {workspace: "/srv/clawd", sandbox: {mode: "non-main"}}}, gateway: {auth: {password: "%s"}}}'


async def shut() -> int | None:
    return None


async def typed(screens: Callable[[], Any], line: str, app: Running | None = None) -> tuple[Exit, Any]:
    """What a command did and showed."""

    async def find() -> Target:
        if app is None:
            raise NotRunning("No gateway answers.")
        return Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD)

    screen = screens()
    return await run(parse(line.split()), find, screen.console, io.StringIO(), shut), screen


@pytest.mark.parametrize(
    ("severities", "code"), [((), 0), (("ok", "info"), 0), (("ok", "warning"), 1), (("warning", "error"), 2)]
)
def test_exit_codes(severities: tuple[str, ...], code: int) -> None:
    assert int(exit_of([{"severity": severity} for severity in severities])) == code


def test_the_worst_is_shown_with_what_to_do(screens: Callable[[], Any]) -> None:
    screen = screens()
    rows = [
        {"id": "a.b", "category": "network", "severity": "error", "title": "Gateway port in use",
         "description": "Port 1 is used.", "recommendation": "Stop it.", "repair": "Stop it"},
        {"id": "c", "category": "system", "severity": "ok", "title": "Memory"},
    ]  # fmt: skip
    show(rows, screen.console)  # type: ignore[arg-type]
    assert screen.shown == (
        "error    network  Gateway port in use\n"
        "                  Port 1 is used.\n"
        "                  Stop it.\n"
        "                  a.b\n"
        "\n"
        "1 error. 1 checks found nothing.\n"
        "1 of these can be repaired: clawd-desktop doctor --fix (first with --dry-run)\n"
    )


def test_nothing_wrong(screens: Callable[[], Any]) -> None:
    screen = screens()
    show([{"id": "c", "category": "system", "severity": "ok", "title": "Memory"}], screen.console)
    assert screen.shown == "Nothing is wrong. 1 checks found nothing.\n"


def test_what_others_said_cannot_move_the_cursor(screens: Callable[..., Any]) -> None:
    screen = screens(terminal=True, environ={"NO_COLOR": "1"})
    rows = [{"id": "a", "category": "g", "severity": "error", "title": "x\x1b[2J", "description": "y\x1b]0;z\x07"}]
    show(rows, screen.console)  # type: ignore[arg-type]
    assert "\x1b" not in screen.shown


def test_colours_are_for_terminals_alone(screens: Callable[..., Any]) -> None:
    rows = [{"id": "a", "category": "g", "severity": "error", "title": "x"}]
    for terminal in (True, False):
        screen = screens(terminal=terminal)
        show(rows, screen.console)  # type: ignore[arg-type]
        assert ("\x1b[31m" in screen.shown) is terminal


async def test_the_running_application_is_asked(tmp_path: Path, screens: Callable[[], Any]) -> None:
    async with running(tmp_path) as app:
        code, screen = await typed(screens, "doctor --json", app)
        report = json.loads(screen.shown)
        assert report["running"] is True
        assert int(code) in (1, 2)
        found = {row["id"]: row["severity"] for row in report["findings"]}
        assert found["process.running"] == "ok"
        code, screen = await typed(screens, "doctor --fix --only config.sandbox.mode", app)
        assert "repaired  Sandbox mode is not enabled" in screen.shown
        assert (
            json.loads((tmp_path / "clawdbot.json").read_text())["agents"]["defaults"]["sandbox"]["mode"] == "non-main"
        )


async def test_without_the_application_it_looks_by_itself(tmp_path: Path, screens: Callable[[], Any]) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / "clawdbot.json").write_text("{commands: {bash: true}}")
    (state / "clawdbot.json").chmod(0o600)
    line = f"doctor --data-dir {state} --port {free_port()}"
    code, screen = await typed(screens, f"{line} --json")
    found = {row["id"]: row for row in json.loads(screen.shown)["findings"]}
    assert json.loads(screen.shown)["running"] is False
    assert found["config.commands.shell"]["severity"] == "warning"
    assert found["process.running.not"]["severity"] == "info"
    assert "looks by itself" in screen.noted
    code, screen = await typed(screens, f"{line} --dry-run --only config.commands.shell")
    assert "-{commands: {bash: true}}" in screen.shown
    assert (state / "clawdbot.json").read_text() == "{commands: {bash: true}}"
    code, screen = await typed(screens, f"{line} --fix --only config.commands.shell --json")
    report = json.loads(screen.shown)
    assert [row["done"] for row in report["repairs"]] == [True]
    assert "config.commands.shell" not in {row["id"] for row in report["findings"]}
    assert (state / "clawdbot.json").read_text() == "{commands: {bash: false}}"


async def test_a_broken_configuration(tmp_path: Path, screens: Callable[[], Any]) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / "clawdbot.json").write_text("{ gateway: [")
    code, screen = await typed(screens, f"doctor --data-dir {state} --port {free_port()} --json")
    found = {row["id"]: row["severity"] for row in json.loads(screen.shown)["findings"]}
    assert found["config.file.broken"] == "error"
    assert int(code) == 2
    assert (state / "clawdbot.json").read_text() == "{ gateway: ["


async def test_another_computer_that_does_not_answer_is_an_error(screens: Callable[[], Any]) -> None:
    code, screen = await typed(screens, "doctor --url ws://127.0.0.1:1")
    assert (code, screen.shown) == (Exit.NOT_RUNNING, "")


async def test_several_repairs_and_one_that_fails(tmp_path: Path, screens: Callable[[], Any]) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o755)
    (state / "clawdbot.json").write_text("{agents: {defaults: {sandbox: {mode: 'off'}}}}")
    (state / "clawdbot.json").chmod(0o644)
    code, screen = await typed(screens, f"doctor --data-dir {state} --port {free_port()} --fix")
    assert "repaired  Other users can look into private files" in screen.shown
    assert "repaired  Sandbox mode" in screen.shown
    assert (state / "clawdbot.json").stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700
    assert list((state / "clawd-desktop" / "doctor-backups").iterdir())
    assert os.environ.get("HOME") != str(state)


async def test_one_check_alone_can_be_shown(tmp_path: Path, screens: Callable[[], Any]) -> None:
    async with running(tmp_path) as app:
        code, screen = await typed(screens, "doctor --json --only system --only storage.rights", app)
        categories = {row["category"] for row in json.loads(screen.shown)["findings"]}
        assert categories == {"system", "storage"}
        code, screen = await typed(screens, "doctor --only nonsense", app)
        assert (code, "No finding is called 'nonsense'" in screen.noted) == (Exit.FAILED, True)
