"""On a real desktop: a backup by one click, the data is deleted while it runs, and one click brings all of it back."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from desktop_session import desktop_session, wait_until
from e2e.app_process import PATIENCE, App, app_on
from e2e.scripted_model import scripted_model
from e2e.tour import Look, Tour

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(120)]
PASSWORD = "e2e-password-0123456789"
PAGE = "^Backup & restore"
ANSWER = "It stands on the desk."
# So many pictures in a row: what comes of a key takes a while on a busy computer.
STILL = 6


# From "Back up now": past the plan, the calendar, and what else can be done with a backup.
RESTORE_THE_NEWEST = ("Tab", "Tab", "Tab", "Tab", "Tab", "space")
# From the tree of the preview: past what is beside it.
GO_ON = ("Tab", "Tab", "Tab", "space")


def press(tour: Tour, *keys: str) -> None:
    """Press them one after the other, on the window that has the keyboard."""
    for key in keys:
        tour.desktop.key(key)


async def say(app: App, text: str) -> None:
    """Say it as a client of the gateway, and wait for the whole answer."""
    async with app.client(PASSWORD) as client:
        await client.call("chat.send", sessionKey="main", message=text, idempotencyKey=text)
        await client.until("chat", state="final")


def test_everything_comes_back_by_one_click_while_it_runs(home: Path, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("CLAWD_TOUR_PICTURES") or tmp_path)
    with scripted_model(ANSWER) as model, desktop_session(notify=False) as desktop, app_on(desktop, home) as app:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        app.state.mkdir()
        (app.state / "clawdbot.json").write_text(model.config())
        tour = Tour(desktop, app)
        tour.begin(Look("light"))
        process = app.pid
        asyncio.run(say(app, "Where is the lamp?"))
        before = app.history(PASSWORD)
        assert before[-1].strip() == ANSWER

        tour.go_to("backup")
        empty = tour.picture(pictures / "1-empty.png", still_for=2)
        press(tour, "Tab", "space")
        backups = home / ".local" / "share" / "clawd-desktop" / "backups"
        wait_until(lambda: list(backups.glob("*.tar.zst")), "the backup", patience=PATIENCE)
        listed = tour.picture(pictures / "2-backups.png", still_for=STILL, unlike=empty)

        shutil.rmtree(app.state.rename(home / "deleted"))
        press(tour, *RESTORE_THE_NEWEST)
        tour.picture(pictures / "3-preview.png", still_for=STILL, unlike=listed)
        press(tour, *GO_ON)
        first = tour.window
        wait_until(lambda: desktop.windows(PAGE) not in ([], [first]), "the window of the next run", patience=PATIENCE)
        tour.window = desktop.wait_for_focus(PAGE)
        app.wait_for_gateway()
        tour.picture(pictures / "4-back.png", still_for=2)

        assert app.history(PASSWORD) == before, "the same conversation"
        asyncio.run(say(app, "And now?"))
        assert app.said("user") == ["Where is the lamp?", "And now?"], "and it goes on"
        assert app.pid == process
        assert app.process is not None
        assert app.process.poll() is None, "one process all the time"
        assert app.end()[1] == 0
        assert "Traceback" not in app.log
