"""The application is killed, as a process, three times: the next start says so and is a safe one, with a way out."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest
from e2e.app_process import App, headless_app

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
PASSWORD = "correct horse battery staple"


def start(app: App, *more: str) -> dict[str, object]:
    """Start it and return what it says of itself."""
    app.start("serve", *more)
    app.wait_for_gateway()
    return app.json("status", "--json")


def notices(report: dict[str, object]) -> dict[str, dict[str, object]]:
    return {str(notice["id"]): notice for notice in report["notices"]}  # type: ignore[attr-defined]


def kill(app: App, number: signal.Signals) -> None:
    assert app.process is not None
    app.process.send_signal(number)
    assert app.process.wait(30) == -number


@pytest.fixture
def app(tmp_path: Path):
    with headless_app(tmp_path / "home") as made:
        made.home.mkdir()
        made.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        yield made


@pytest.mark.timeout(240)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_three_crashes_and_the_way_out(app: App, number: signal.Signals) -> None:
    report = start(app)
    assert (report["safeMode"], notices(report)) == (False, {})
    kill(app, number)
    report = start(app)
    assert report["safeMode"] is False
    text = str(notices(report)["app.crashed"]["text"])
    assert ("Segmentation fault" in text) is (number is signal.SIGSEGV)
    own = app.state / "clawd-desktop"
    assert list(own.glob("crash-*.log")), "the last lines of the log are kept"
    assert len(list(own.glob("crash-*.txt"))) == (2 if number is signal.SIGSEGV else 1)
    kill(app, number)
    start(app)
    kill(app, number)
    report = start(app)
    assert report["safeMode"] is True
    notice = notices(report)["app.safe_mode"]
    assert "3 times within 5 minutes" in str(notice["text"])
    assert notice["actions"][0]["id"] == "app.start_normally"  # type: ignore[index]
    assert "safe mode" in app.run("status").stdout
    pid, begun = report["pid"], report["uptimeS"]
    assert app.run("call", "desktop.action", "--params", '{"id":"app.start_normally"}').returncode == 0
    app.wait_for_log("quitting")
    app.wait_for_gateway()
    report = app.json("status", "--json")
    assert (report["safeMode"], report["pid"], notices(report)) == (False, pid, {})
    assert float(str(report["uptimeS"])) < float(str(begun)) + 60
    assert app.end()[1] == 0
    assert not (own / "running.json").exists()


@pytest.mark.timeout(120)
def test_safe_mode_when_asked_for_and_a_power_cut(app: App) -> None:
    report = start(app, "--safe-mode")
    assert report["safeMode"] is True
    assert "--safe-mode" in str(notices(report)["app.safe_mode"]["text"])
    kill(app, signal.SIGKILL)
    mark = app.state / "clawd-desktop" / "running.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"boot": "another start of the computer"}))
    report = start(app)
    assert report["safeMode"] is False
    assert "switched off" in str(notices(report)["app.crashed"]["text"])
    app.end()
