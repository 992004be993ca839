"""A panel that comes late, crashes or is not there at all: the application never becomes unreachable."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from desktop_session import desktop_session, wait_until
from e2e import panel
from e2e.app_process import PATIENCE, app_on

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(180)]
MAIN = "^(Overview|Chat) — Clawd Desktop$"
GONE = "The tray of your desktop is gone"


def test_a_panel_that_crashes_brings_the_window_and_takes_the_icon_back_later(home: Path) -> None:
    with desktop_session(keyring=False) as desktop, app_on(desktop, home) as app:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = "e2e-password-0123456789"
        app.start()
        panel.wait_for_icon(desktop)
        app.wait_for_gateway()
        assert desktop.windows(MAIN) == []
        desktop.stop_panel()
        desktop.wait_for_window(MAIN)
        assert [notice["title"] for notice in app.json("status", "--json")["notices"]] == [GONE]  # type: ignore[attr-defined]
        desktop.start_panel()
        panel.wait_for_icon(desktop)
        wait_until(lambda: app.json("status", "--json")["notices"] == [], "the notice to go", patience=PATIENCE)
        assert app.end()[1] == 0


def test_a_panel_that_comes_late_and_one_that_is_never_there(home: Path) -> None:
    with desktop_session(tray=False, keyring=False) as desktop, app_on(desktop, home) as app:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = "e2e-password-0123456789"
        app.start("--at-login")
        app.wait_for_gateway()
        desktop.start_panel()
        panel.wait_for_icon(desktop)
        assert desktop.windows(MAIN) == [], "at login nobody asked for a window"
        assert app.end()[1] == 0
        desktop.stop_panel()

        app.start()
        desktop.wait_for_focus(MAIN)
        desktop.key("ctrl+w")
        desktop.wait_for_focus("Keep the assistant running")
        desktop.key("Return")
        desktop.wait_for_no_window(MAIN)
        assert psutil.pid_exists(app.pid), "it was to keep running in the background"
        assert app.run().returncode == 0
        desktop.wait_for_focus(MAIN)
        assert app.end()[1] == 0
