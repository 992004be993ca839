"""On a real desktop: a backup by one click, the data is deleted while it runs, and one click brings all of it back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from desktop_session import desktop_session, wait_until
from e2e.app_process import PATIENCE, app_on
from e2e.scripted_model import scripted_model
from e2e.tour import Look, Tour

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(120)]
PASSWORD = "e2e-password-0123456789"
ANSWER = "It stands on the desk."


def press(tour: Tour, *keys: str) -> None:
    """Press them one after the other, on the window that has the keyboard."""
    for key in keys:
        tour.desktop.key(key)


def test_everything_comes_back_by_one_click_while_it_runs(home: Path, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("CLAWD_TOUR_PICTURES") or tmp_path)
    with scripted_model(ANSWER) as model, desktop_session() as desktop, app_on(desktop, home) as app:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        app.state.mkdir()
        (app.state / "clawdbot.json").write_text(model.config())
        tour = Tour(desktop, app)
        tour.begin(Look("light"))
        asked = app.run("chat", "Where is the lamp?")
        assert ANSWER in asked.stdout, asked.stderr
        before = app.history(PASSWORD)

        tour.go_to("backup")
        tour.picture(pictures / "1-empty.png")
        press(tour, "Tab", "space")
        backups = app.state.with_name(f"{app.state.name}-backups")
        wait_until(lambda: list(backups.glob("*.tar.zst")), "the backup", patience=PATIENCE)
        tour.picture(pictures / "2-backups.png")

        shutil.rmtree(app.state.rename(home / "deleted"))
        press(tour, *RESTORE_OF_THE_FIRST)
        tour.picture(pictures / "3-preview.png")
        assert app.pid
        press(tour, *GO_ON)
        app.wait_for_log("making room for a restore")
        desktop.wait_for_window("^Backup & restore")
        tour.window = desktop.wait_for_focus("^Backup & restore")
        app.wait_for_gateway()
        tour.picture(pictures / "5-back.png")

        assert app.history(PASSWORD) == before, "the same conversation"
        assert app.run("chat", "And now?").returncode == 0, "and it goes on"
        assert app.said("user") == ["Where is the lamp?", "And now?"]
        assert app.end()[1] == 0
        assert "Traceback" not in app.log
