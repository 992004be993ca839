"""The page with backups over the real desk: real backups in real folders, what is seen of them, and each button."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton, QWidget
from ui.staging import Stage, settled, texts
from ui.test_accessibility import clipped, mute

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.sealing import Lock, new_identity
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import BackupEnded, BackupProgressed
from clawd_desktop.ui.backup.page import BackupPage

pytestmark = pytest.mark.qt
DAY_S = 86_400


@pytest.fixture
def desk(stage: Stage) -> BackupDesk:
    sessions = stage.services.state_folder / "agents" / "main" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "a.jsonl").write_text('{"text": "hello"}\n')
    return stage.services.backups


@pytest.fixture
def page(stage: Stage, desk: BackupDesk) -> Iterator[BackupPage]:
    made = BackupPage(stage.services)
    made.resize(900, 700)
    yield made
    made.hide()
    made.deleteLater()


async def shown(page: BackupPage) -> None:
    """Show the page and wait until it has looked."""
    page.show()
    await rested(page)


async def rested(page: BackupPage) -> None:
    """It has looked, nothing goes on, and no event is on its way that would make it look again."""
    shown = ("normal", "empty or error")
    busy = (lambda: page._looking, lambda: page._working, lambda: page._bridge._pause.isActive())
    await settled(lambda: page.states.state() in shown and not any(one() for one in busy))


def press(widget: QWidget, text: str) -> None:
    next(one for one in widget.findChildren(QPushButton) if one.text() == text and not one.isHidden()).click()


def sentence(page: BackupPage) -> str:
    return page.head.sentence.text()


async def dialog() -> QWidget:
    await settled(lambda: QApplication.activeModalWidget() is not None, "a question")
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


async def test_without_a_backup_there_is_one_sentence_and_one_button_that_makes_one(
    page: BackupPage, desk: BackupDesk
) -> None:
    await shown(page)
    assert page.states.state() == "empty or error"
    assert "There is no backup yet." in texts(page)
    press(page.states, "Back up now")
    await settled(lambda: sentence(page).startswith("There is a good backup"), "the backup")
    await rested(page)
    (made,) = await desk.all()
    assert Path(made.path).is_file()
    assert made.cause == "person"
    assert page.states.state() == "normal"


async def test_each_backup_and_each_failure_is_in_the_table(page: BackupPage, desk: BackupDesk, stage: Stage) -> None:
    await desk.create(Order(cause="schedule", lock=Lock(recipients=(new_identity().recipient,))))
    stage.clock.advance(60)
    in_the_way = stage.services.state_folder / "file"
    in_the_way.write_text("")
    with pytest.raises(ClawdError):
        await desk.create(Order(cause="update", folder=in_the_way / "backups"))
    await shown(page)
    said = " | ".join(texts(page.backups))
    assert "Planned · Conversations" in said
    assert "locked" in said
    assert "Before an update · failed: " in said
    assert sentence(page) == "The last backup failed, just now."


async def test_a_locked_backup_is_checked_with_what_a_person_types(page: BackupPage, desk: BackupDesk) -> None:
    key = new_identity()
    await desk.create(Order(lock=Lock(recipients=(key.recipient,))))
    await shown(page)
    press(page.backups, "Check")
    question = await dialog()
    line = question.findChild(QLineEdit)
    assert line is not None
    line.setText(key.secret)
    press(question, "OK")
    await settled(lambda: any(text.endswith("files were read and compared.") for text in texts(page)))
    await rested(page)


async def test_a_damaged_backup_is_told_and_stays_told(page: BackupPage, desk: BackupDesk) -> None:
    record = await desk.create(Order())
    path = Path(record.path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    await shown(page)
    press(page.backups, "Check")
    told = await dialog()
    press(told, "Close")
    await settled(lambda: sentence(page) == "There is no good backup.")
    await rested(page)
    await settled(lambda: "Damaged" in texts(page.backups))


async def test_long_work_is_seen_and_can_be_stopped_without_a_trace(stage: Stage, desk: BackupDesk) -> None:
    await desk.create(Order())
    before = list(desk.folders()[0].iterdir())
    memory = stage.services.state_folder / "memory"
    memory.mkdir()
    with contextlib.closing(sqlite3.connect(memory / "index.sqlite")) as database:
        database.execute("create table words (word)")
    go_on = threading.Event()

    def held(source: Path, target: Path) -> bool:
        """The work stands at this database until the test has seen it."""
        return not go_on.wait(30)

    holding = BackupDesk(replace(desk._needs, copy_database=held))
    page = BackupPage(replace(stage.services, backups=holding))
    await shown(page)
    press(page.head, "Back up now")
    await settled(lambda: any(text.startswith("Writing · ") for text in texts(page.head)), "how far it is")
    assert not any(button.isEnabled() for button in page.backups.findChildren(QPushButton) if button.text() == "Check")
    press(page.head, "Stop")
    assert "It is being stopped." in texts(page.head)
    go_on.set()
    await settled(lambda: "It was stopped; nothing of it is left." in texts(page))
    await rested(page)
    assert list(desk.folders()[0].iterdir()) == before
    assert not page.head.start.isHidden()
    page.hide()
    page.deleteLater()


async def test_what_somebody_else_began_is_followed_and_its_end_is_seen(
    page: BackupPage, desk: BackupDesk, stage: Stage
) -> None:
    await desk.create(Order())
    await shown(page)
    desk._turn.progress = Progress("write", 5 << 20, 10 << 20, "a")
    stage.bus.publish(BackupProgressed("write", 5 << 20, 10 << 20, "a"))
    await settled(lambda: "Writing · 5 MiB of 10 MiB" in texts(page.head))
    assert not page.head.stop.isHidden()
    desk._turn.progress = None
    stage.bus.publish(BackupEnded(True, "schedule", "/b/a", ""))
    await settled(lambda: page.head.stop.isHidden())
    await rested(page)


async def test_an_end_without_an_event_is_seen_too(page: BackupPage, desk: BackupDesk) -> None:
    await desk.create(Order())
    await shown(page)
    desk._turn.progress = Progress("verify", 1, 2)
    page._show_work()
    assert page.head.start.isHidden()
    desk._turn.progress = None
    await settled(lambda: not page.head.start.isHidden(), "the next look")


async def test_tidying_lists_what_goes_asks_and_removes_only_that(
    page: BackupPage, desk: BackupDesk, stage: Stage
) -> None:
    old = await desk.create(Order())
    older = await desk.create(Order(cause="restore"))
    stage.clock.advance(400 * DAY_S)
    new = await desk.create(Order())
    await shown(page)
    press(page.keeping, "Tidy up…")
    question = await dialog()
    assert isinstance(question, QMessageBox)
    assert "Made before a change" in question.informativeText()
    press(question, "Cancel")
    await settled(lambda: page.keeping.tidy.isEnabled())
    assert Path(older.path).is_file(), "nobody agreed"
    press(page.keeping, "Tidy up…")
    press(await dialog(), "Remove")
    await settled(lambda: any(text.startswith("Backups removed: 1.") for text in texts(page)))
    await rested(page)
    assert [Path(one.path).is_file() for one in (new, old, older)] == [True, True, False]
    assert "All of them stay." in texts(page.keeping)


async def test_a_list_that_cannot_be_read_is_an_error_with_a_way_on(
    page: BackupPage, desk: BackupDesk, stage: Stage
) -> None:
    await desk.create(Order())
    records = stage.services.state_folder / "clawd-desktop" / "backups.json"
    whole = records.read_bytes()
    records.write_bytes(b"{ no json")
    await shown(page)
    assert page.states.state() == "empty or error"
    records.write_bytes(whole)
    press(page.states, "Try again")
    await settled(lambda: page.states.state() == "normal")
    await rested(page)


async def test_a_failure_is_told_in_words(page: BackupPage, desk: BackupDesk, stage: Stage) -> None:
    await desk.create(Order())
    await shown(page)
    folder = desk.folders()[0]
    folder.rename(folder.with_name("gone"))
    folder.write_text("in the way")
    press(page.head, "Back up now")
    press(await dialog(), "Close")
    await settled(lambda: "failed" in sentence(page))
    await rested(page)
    assert page.head.stop.isHidden()


async def test_an_old_backup_is_a_warning_by_the_rule_of_the_alerts(
    page: BackupPage, desk: BackupDesk, stage: Stage
) -> None:
    stage.services.operations.alerts.configure()
    await desk.create(Order())
    stage.clock.advance(2 * DAY_S)
    await shown(page)
    assert sentence(page) == "The newest good backup is 2 d 0 h old."


async def test_a_page_that_is_gone_lets_the_work_go_on(stage: Stage, desk: BackupDesk) -> None:
    page = BackupPage(stage.services)
    page.show()
    page.back_up()
    await settled(lambda: page._mine)
    page.hide()
    page.deleteLater()
    async with asyncio.timeout(5):
        while not await desk.all():
            await asyncio.sleep(0.01)


async def test_the_folder_can_be_shown_once_it_is_there(page: BackupPage, desk: BackupDesk) -> None:
    await desk.create(Order())
    await shown(page)
    assert any(text.startswith("/") or text.startswith("~") for text in texts(page.places))
    assert all(button.isEnabled() for button in page.places.findChildren(QPushButton))


@pytest.mark.parametrize(("language", "scale"), [("en", 1.0), ("zh_CN", 1.0), ("en", 2.0), ("zh_CN", 2.0)])
async def test_no_text_is_cut_and_everything_has_a_name_for_a_screen_reader(
    stage: Stage, desk: BackupDesk, language: str, scale: float
) -> None:
    await desk.create(Order(cause="update", lock=Lock(recipients=(new_identity().recipient,))))
    stage.clock.advance(400 * DAY_S)
    await desk.create(Order(cause="migration"))
    in_the_way = stage.services.state_folder / "file"
    in_the_way.write_text("")
    with pytest.raises(ClawdError):
        await desk.create(Order(folder=in_the_way / "backups"))
    stage.shell.languages.use(language)
    stage.services.theme.scale = scale
    stage.services.theme.use("dark")
    page = BackupPage(stage.services)
    page.resize(round(536 * scale), round(520 * scale))
    await shown(page)
    await settled(lambda: page.backups.findChildren(QPushButton)[0].isVisible() and not clipped(page), "room for all")
    assert mute(page) == []
    desk._turn.progress = Progress("write", 1 << 40, 3 << 40, "agents/main/sessions/" + "x" * 200)
    page._show_work()
    page.head.show_progress(desk._turn.progress, 1.0)
    await settled(lambda: page.head.stop.isVisible() and not clipped(page), "room for all, and for the progress")
    assert mute(page) == []
    desk._turn.progress = None
    stage.services.theme.scale = 1.0
    page.hide()
    page.deleteLater()


async def in_a_while(condition: Callable[[], bool]) -> None:
    """A gateway that starts takes seconds."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


async def test_one_is_tried_out_and_how_that_went_stands_on_the_page(
    page: BackupPage, desk: BackupDesk, stage: Stage
) -> None:
    record = await desk.create(Order())
    await shown(page)
    assert page.drill.text().startswith("No backup was tried out yet")
    press(page.backups, "Try it out")
    await in_a_while(lambda: "comes back whole" in page.drill.text())
    await rested(page)
    assert stage.services.drills.last is not None
    assert stage.services.drills.last.backup == record.id


async def test_a_drill_is_stopped_by_the_same_button(page: BackupPage, desk: BackupDesk, stage: Stage) -> None:
    await desk.create(Order())
    await shown(page)
    press(page.backups, "Try it out")
    await in_a_while(lambda: any("Starting a gateway" in text for text in texts(page.head)))
    press(page.head, "Stop")
    await in_a_while(lambda: "It was stopped; nothing of it is left." in texts(page))
    assert stage.services.drills.last is None
