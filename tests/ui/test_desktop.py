"""The tray-presence matrix, and what rows, clicks and closing do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from ui.staging import NOW, Stage, settled

from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.core.events import BackupProgressed, RunFinished
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.notices import Notice, Severity
from clawd_desktop.ui.desktop import Desktop
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.pauses import pause_until
from clawd_desktop.ui.tray_state import Look

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)]


class Panel:
    """A tray that comes and goes."""

    here = True


class Session:
    """A desktop with everything the test may look at."""

    def __init__(self, stage: Stage, panel: Panel) -> None:
        self.stage, self.panel, self.quits = stage, panel, list[str]()
        self.desktop = Desktop(stage.services, stage.shell, stage.memory, tray_available=lambda: panel.here)
        self.desktop.quit_requested = self.quits.append

    @property
    def window(self) -> QWidget | None:
        return self.desktop._window

    @property
    def seen(self) -> bool:
        return self.window is not None and self.window.isVisible()

    def tray_changes(self, here: bool) -> None:
        self.panel.here = here
        self.desktop._presence.check()


@asynccontextmanager
async def session(
    stage: Stage, *, tray: bool = True, page: str | None = None, at_login: bool = False
) -> AsyncIterator[Session]:
    panel = Panel()
    panel.here = tray
    made = Session(stage, panel)
    await made.desktop.start(page, at_login=at_login)
    yield made
    await made.desktop.close()


async def test_with_a_tray_there_is_an_icon_and_no_window_is_built(stage: Stage) -> None:
    async with session(stage) as it:
        assert it.desktop._tray.icon.isVisible()
        assert it.window is None


async def test_a_page_that_is_asked_for_is_shown(stage: Stage) -> None:
    async with session(stage, page="logs") as it:
        assert it.seen
        assert it.desktop._window.page == "logs"  # type: ignore[union-attr]


async def test_without_a_tray_the_window_is_shown(stage: Stage) -> None:
    async with session(stage, tray=False) as it:
        assert it.seen
        assert not it.desktop._tray.icon.isVisible()


async def test_at_login_a_late_tray_is_waited_for_and_no_window_forced(stage: Stage) -> None:
    async with session(stage, tray=False, at_login=True) as it:
        assert not it.seen
        it.tray_changes(True)
        it.desktop._show_if_unseen()
        assert it.desktop._tray.icon.isVisible()
        assert not it.seen


async def test_at_login_without_any_tray_the_window_comes_after_the_wait(stage: Stage) -> None:
    async with session(stage, tray=False, at_login=True) as it:
        it.desktop._show_if_unseen()
        assert it.seen


async def test_a_tray_that_goes_shows_the_window_once_and_says_so_until_it_is_back(stage: Stage) -> None:
    async with session(stage) as it:
        it.tray_changes(False)
        assert it.seen
        assert [notice.id for notice in stage.notices.current()] == ["tray"]
        it.tray_changes(True)
        assert it.desktop._tray.icon.isVisible()
        assert stage.notices.current() == ()


async def test_closing_hides_where_there_is_a_tray(stage: Stage) -> None:
    async with session(stage, page="overview") as it:
        it.window.close()  # type: ignore[union-attr]
        await settled(lambda: not it.seen)
        assert it.quits == []


@pytest.mark.parametrize(
    ("button", "kept", "quits"),
    [("Keep running in the background", "background", []), ("Quit", "quit", ["window closed"])],
)
async def test_without_a_tray_closing_asks_once(stage: Stage, button: str, kept: str, quits: list[str]) -> None:
    async with session(stage, tray=False) as it:
        it.window.close()  # type: ignore[union-attr]
        await settled(QApplication.activeModalWidget)
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(found for found in box.buttons() if found.text() == button).click()
        await settled(lambda: it.quits or not it.seen)
        assert (it.quits, stage.memory.now.on_close) == (quits, kept)
        it.desktop.show()
        it.window.close()  # type: ignore[union-attr]
        await settled(lambda: len(it.quits) == 2 * len(quits) and (quits or not it.seen))
        assert QApplication.activeModalWidget() is None


async def test_a_click_on_the_icon_shows_the_window(stage: Stage) -> None:
    async with session(stage) as it:
        it.desktop.choose("toggle")
        await settled(lambda: it.seen)


@pytest.mark.parametrize(
    ("row", "page"), [("page:chat", "chat"), ("page:backup", "backup"), ("notice:keyring", "overview")]
)
async def test_rows_open_their_page(stage: Stage, row: str, page: str) -> None:
    async with session(stage) as it:
        await it.desktop.run_action(row)
        assert it.desktop._window.page == page  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("row", "action"),
    [
        ("assistant.resume", "assistant.resume"),
        ("gateway.retry", "gateway.retry"),
        ("pause:open", "assistant.pause:0"),
        ("pause:1h", f"assistant.pause:{pause_until('pause:1h', datetime.fromtimestamp(NOW / 1000))}"),
    ],
)
async def test_rows_about_the_assistant_go_to_the_application(stage: Stage, row: str, action: str) -> None:
    async with session(stage) as it:
        await it.desktop.run_action(row)
        assert stage.actions == [action]


async def test_quitting_only_asks(stage: Stage) -> None:
    async with session(stage) as it:
        await it.desktop.run_action("app.quit")
        assert it.quits == ["menu"]


async def test_quitting_when_idle_waits_for_the_last_answer(stage: Stage) -> None:
    stage.status.set(runs=1)
    async with session(stage) as it:
        await it.desktop.run_action("app.quit_when_idle")
        assert it.quits == []
        stage.status.set(runs=0)
        stage.bus.publish(RunFinished("r", "agent:main:main", 3, None, Usage(), "", "", 0, 1))
        await settled(lambda: it.quits)
        assert it.quits == ["idle"]


async def test_the_icon_follows_notices(stage: Stage) -> None:
    async with session(stage) as it:
        stage.notices.set(Notice("port", Severity.ERROR, "The port is taken", ""))
        await settled(lambda: it.desktop._tray._view.look is Look.ERROR)  # type: ignore[union-attr]
        stage.notices.clear("port")
        await settled(lambda: it.desktop._tray._view.look is Look.OK)  # type: ignore[union-attr]


async def test_the_icon_rests_two_seconds_after_the_last_answer(stage: Stage) -> None:
    stage.status.set(runs=1)
    async with session(stage) as it:
        stage.status.set(runs=0)
        stage.clock.advance(1.0)
        it.desktop._refresh()
        assert it.desktop._tray._view.look is Look.WORKING  # type: ignore[union-attr]
        assert it.desktop._later.isActive()
        stage.clock.advance(1.5)
        it.desktop._refresh()
        assert it.desktop._tray._view.look is Look.OK  # type: ignore[union-attr]


async def test_start_at_login_is_switched_and_shown(stage: Stage) -> None:
    async with session(stage) as it:
        await settled(lambda: it.desktop._autostart is False)
        await it.desktop.run_action("autostart")
        assert stage.autostart.on
        assert it.desktop._autostart is True


async def test_settings_and_about_open_their_own_windows(stage: Stage) -> None:
    async with session(stage) as it:
        await it.desktop.run_action("settings:models")
        await settled(lambda: it.desktop._settings is not None)
        assert it.desktop._settings.section == "models"  # type: ignore[union-attr]
        assert it.window is None


async def test_the_language_changes_everywhere_at_once_and_is_remembered(stage: Stage) -> None:
    async with session(stage, page="logs") as it:
        former = it.window
        it.desktop.restyle(language="zh_CN")
        await settled(lambda: it.window is not former)
        assert it.seen
        assert it.desktop._window.windowTitle() == f"{tr('Logs & diagnostics')} — Clawd Desktop"  # type: ignore[union-attr]
        assert it.desktop._tray.menu.actions()[-1].text() == tr("Quit") != "Quit"
        assert stage.memory.now.language == "zh_CN"


async def test_the_look_changes_at_once_and_is_remembered(stage: Stage) -> None:
    async with session(stage) as it:
        it.desktop.restyle(theme="dark")
        assert (stage.services.theme.tokens.dark, stage.memory.now.theme) == (True, "dark")


async def test_after_closing_nothing_is_heard_and_the_icon_is_gone(stage: Stage) -> None:
    async with session(stage, page="logs") as it:
        pass
    stage.notices.set(Notice("port", Severity.ERROR, "The port is taken", ""))
    await asyncio.sleep(0.06)
    assert it.desktop._tray._view.look is Look.OK  # type: ignore[union-attr]
    assert not it.desktop._tray.icon.isVisible()
    assert stage.memory.now.page == "logs"


async def test_the_tray_backs_up_shows_how_far_that_is_and_stops_it(stage: Stage) -> None:
    desk = stage.services.backups
    (stage.services.state_folder / "clawdbot.json").write_text("{}")
    async with session(stage) as it:

        def rows() -> dict[str, str]:
            return {str(one.data()): one.text() for one in it.desktop._tray.menu.actions()}

        assert rows()["backup.now"] == "Back up now"
        await it.desktop.run_action("backup.now")
        (made,) = await desk.all()
        assert made.ok
        desk._turn.progress = Progress("write", 2, 5)
        stage.bus.publish(BackupProgressed("write", 2, 5, "a"))
        await settled(lambda: rows().get("page:backup") == "Backing up, 40 %")
        assert rows()["backup.stop"] == "Stop the backup"
        assert it.desktop._view().look is Look.BUSY
        await it.desktop.run_action("backup.stop")
        desk._turn.progress = None
        await settled(lambda: "backup.now" in rows(), "an end without an event is seen")


async def test_a_backup_that_was_stopped_is_no_failure(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stopped(order: Order) -> None:
        raise Stopped("It was stopped.")

    monkeypatch.setattr(stage.services.backups, "create", stopped)
    async with session(stage) as it:
        await it.desktop.run_action("backup.now")
