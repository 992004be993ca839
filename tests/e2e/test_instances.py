"""One application per state folder: later starts hand over, `quit` ends it, a killed one is in nobody's way."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
import pytest
from desktop_session import desktop_session, wait_until
from e2e import panel
from e2e.app_process import PATIENCE, app_on, headless_app

from clawd_desktop.cli.exits import Exit

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(180)]
PASSWORD = "e2e-password-0123456789"


def test_later_starts_hand_over_to_the_first(home: Path) -> None:
    with desktop_session() as desktop, app_on(desktop, home) as app:
        app.start()
        panel.wait_for_icon(desktop)
        assert desktop.windows("Clawd Desktop$") == [], "a start into the tray opens no window"

        second = app.run()
        assert (second.returncode, second.stdout) == (Exit.OK, "Clawd Desktop already runs; its window was opened.\n")
        assert (second.stderr, app.log) == ("", ""), "Qt has something to say"
        desktop.wait_for_focus("^Overview — Clawd Desktop")
        assert app.run("--show", "chat").returncode == Exit.OK
        desktop.wait_for_focus("^Chat — Clawd Desktop")
        assert app.run("--show", "settings").returncode == Exit.OK
        desktop.wait_for_window("^Settings")
        assert app.run("--show", "no-such-page").returncode == Exit.OK
        desktop.wait_for_focus("^Overview — Clawd Desktop")
        assert len(desktop.tray_items()) == 1

        refused = app.run("serve")
        assert refused.returncode == Exit.IN_USE
        assert f"(pid {app.pid}) already runs with {app.state}" in refused.stderr
        assert "Traceback" not in refused.stderr

        assert app.run("quit").returncode == Exit.OK
        assert app.wait() == 0
        wait_until(lambda: not desktop.tray_items(), "the icon to go", patience=PATIENCE)
        again = app.run("quit")
        assert again.returncode == Exit.NOT_RUNNING
        assert "Traceback" not in again.stderr + app.log


def test_quit_in_the_menu_ends_it(home: Path) -> None:
    with desktop_session() as desktop, app_on(desktop, home) as app:
        app.start("--show", "chat")
        panel.wait_for_icon(desktop)
        app.wait_for_gateway()
        desktop.wait_for_focus("^Chat — Clawd Desktop")
        desktop.key("ctrl+w")
        desktop.wait_for_no_window("Clawd Desktop$")
        assert psutil.pid_exists(app.pid), "closing the window keeps it running where there is a tray"
        panel.choose(desktop, "Quit")
        assert app.wait() == 0


def test_a_killed_application_is_followed_by_the_next_with_the_conversation_kept(home: Path) -> None:
    with headless_app(home) as app:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        app.start("serve")
        app.wait_for_gateway()
        assert app.run("chat", "Please remember the number 4711.").returncode == 0
        said = app.history(PASSWORD)
        assert len(said) == 2
        children = app.tree()[1:]
        app.end(signal.SIGKILL)
        wait_until(lambda: not any(process.is_running() for process in children), "the model to end", patience=PATIENCE)
        app.start("serve")
        app.wait_for_gateway()
        assert app.history(PASSWORD) == said
        app.end(signal.SIGKILL)
        app.start("serve")
        app.wait_for_gateway()
        assert app.run("chat", "Which number was it?").returncode == 0
        assert app.history(PASSWORD)[:2] == said
        assert app.run("quit").returncode == Exit.OK
        assert app.wait() == 0
        assert "Traceback" not in app.log
