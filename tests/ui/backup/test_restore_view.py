"""A person restores on the page: a real backup, the real desk, and an application that ends and begins again."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from foreign_archives import by_the_script, fill
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from ui.staging import Stage, settled, texts

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.restore_desk import RestoreDesk
from clawd_desktop.backup.sealing import Lock
from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui.backup.restore_flow import Step
from clawd_desktop.ui.backup.restore_view import RestoreView

pytestmark = pytest.mark.qt
NOTES = "workspace/notes.md"


@pytest.fixture
def notes(stage: Stage) -> Path:
    path = stage.services.state_folder / NOTES
    path.parent.mkdir(parents=True)
    path.write_text("first\n")
    sessions = stage.services.state_folder / "agents" / "main" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "a.jsonl").write_text('{"text": "hello"}\n')
    return path


@contextlib.asynccontextmanager
async def viewed(stage: Stage) -> AsyncIterator[RestoreView]:
    """The view, in an application that ends and begins again when it is asked to."""
    desk = stage.services.restores

    async def live() -> None:
        while True:
            await desk.lifetime.ending.wait()
            await desk.lifetime.goes_on()
            desk.lifetime.runs("")

    living = spawn(live(), name="the application")
    view = RestoreView(stage.services)
    view.resize(900, 700)
    view.show()
    yield view
    await desk.close()
    await settled(lambda: not desk.working)
    living.cancel()
    view._bridge.close()
    view.hide()
    view.deleteLater()


async def at(view: RestoreView, step: Step) -> None:
    await settled(lambda: view.step is step, step.value)


def shown(view: RestoreView) -> list[str]:
    widget = view.steps._stack.currentWidget()
    assert widget is not None
    return texts(widget)


async def answered(text: str) -> None:
    """Press that button of the question that is asked."""
    await settled(lambda: QApplication.activeModalWidget() is not None, "a question")
    question: QWidget | None = QApplication.activeModalWidget()
    assert question is not None
    next(one for one in question.findChildren(QPushButton) if one.text() == text).click()


async def test_one_click_and_one_more_bring_everything_back_and_undo_takes_it_back(stage: Stage, notes: Path) -> None:
    made = await stage.services.backups.create(Order())
    notes.write_text("second, longer\n")
    stage.clock.advance(60)
    async with viewed(stage) as view:
        view.begin(made.path, "12:00")
        await at(view, Step.CHOOSING)
        assert any("1 go back to how they were (6 B)" in text for text in shown(view))
        view.steps.preview.restore.click()
        assert view.step is Step.RESTORING
        await at(view, Step.ENDED)
        assert notes.read_text() == "first\n"
        assert "Your data is back." in shown(view)
        before = "•  What was there before is also in the backup "
        await settled(lambda: any(text.startswith(before) for text in shown(view)))
        view.steps.end.undo.click()
        await answered("Undo")
        await settled(lambda: "The restore was taken back." in shown(view))
        assert notes.read_text() == "second, longer\n"
        view.steps.end.done.click()
        assert view.step is Step.AWAY
        assert not stage.services.restores.unseen


async def test_a_single_file_comes_back_alone_and_its_difference_is_seen_before(stage: Stage, notes: Path) -> None:
    other = notes.with_name("other.md")
    other.write_text("first\n")
    made = await stage.services.backups.create(Order())
    for path in (notes, other):
        path.write_text("second\n")
    async with viewed(stage) as view:
        view.begin(made.id, "12:00")
        await at(view, Step.CHOOSING)
        tree = view.steps.preview.tree
        for root in tree.rows.roots:
            tree.setCurrentIndex(tree.rows.place(root))
            QTest.keyClick(tree, Qt.Key.Key_Space)
        leaf = next(node for node in tree.rows._nodes if node.path.endswith("notes.md"))
        tree.setCurrentIndex(tree.rows.place(leaf))
        QTest.keyClick(tree, Qt.Key.Key_Space)
        QTest.keyClick(tree, Qt.Key.Key_Return)
        await settled(lambda: view.steps._stack.currentWidget() is view.steps.diff, "the difference")
        assert {"-second", "+first"} <= set(view.steps.diff.text.toPlainText().splitlines())
        view.steps.diff.back.click()
        view.steps.preview.restore.click()
        await at(view, Step.ENDED)
        assert (notes.read_text(), other.read_text()) == ("first\n", "second\n")


async def test_a_locked_backup_is_opened_with_what_is_typed_and_restored_with_it(stage: Stage, notes: Path) -> None:
    made = await stage.services.backups.create(Order(lock=Lock("right")))
    notes.unlink()
    async with viewed(stage) as view:
        view.begin(made.path, "12:00")
        await at(view, Step.LOCKED)
        view.steps.key.line.setText("wrong")
        view.steps.key.open.click()
        await settled(lambda: "That does not open it." in shown(view))
        view.steps.key.line.setText("right")
        view.steps.key.open.click()
        await at(view, Step.CHOOSING)
        view.steps.preview.restore.click()
        await at(view, Step.ENDED)
        assert notes.read_text() == "first\n"


async def test_what_is_damaged_says_so_and_can_be_left(stage: Stage, notes: Path) -> None:
    made = await stage.services.backups.create(Order())
    path = Path(made.path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    async with viewed(stage) as view:
        heard: list[bool] = []
        view.active.connect(heard.append)
        view.begin(made.path, "12:00")
        await at(view, Step.FAILED)
        assert "This backup cannot be restored." in shown(view)
        view.steps.fault.back.click()
        assert heard == [True, False]


async def test_a_foreign_archive_is_restored_too(stage: Stage, notes: Path, tmp_path: Path) -> None:
    fill(tmp_path / "old/.clawdbot", {"clawdbot.json": "{}", "agents/main/sessions/b.jsonl": '{"text": "old"}\n'})
    fill(tmp_path / "old/clawd", {"SOUL.md": "soul"})
    archive = by_the_script(tmp_path / "old", tmp_path / "archives")
    async with viewed(stage) as view:
        view.begin(str(archive), archive.name)
        await settled(lambda: view.step in (Step.CHOOSING, Step.FAILED))
        assert view.step is Step.CHOOSING, shown(view)
        view.steps.preview.restore.click()
        await at(view, Step.ENDED)
        assert "Your data is back." in shown(view)
        assert (stage.services.state_folder / "agents/main/sessions/b.jsonl").read_text() == '{"text": "old"}\n'


async def held_restore(stage: Stage, notes: Path, do: Callable[[RestoreView], None]) -> RestoreView:
    """A restore that stands while its safety backup is made, until `do` has been done; no backup is left of it."""
    made = await stage.services.backups.create(Order())
    memory = stage.services.state_folder / "memory"
    memory.mkdir()
    (memory / "index.sqlite").write_bytes(b"SQLite format 3\0" + bytes(100))
    notes.write_text("second\n")
    go_on, stands = threading.Event(), threading.Event()

    def held(source: Path, target: Path) -> bool:
        stands.set()
        return not go_on.wait(30)

    needs = replace(stage.services.backups._needs, copy_database=held)
    backups = BackupDesk(needs)
    around = stage.services.restores._around
    assert around is not None
    stage.services.restores.use(replace(around, backups=backups))
    stage.services = replace(stage.services, backups=backups)
    async with viewed(stage) as view:
        view.begin(made.path, "12:00")
        await at(view, Step.CHOOSING)
        before = sorted(backups.folders()[0].iterdir())
        view.steps.preview.restore.click()
        await settled(stands.is_set, "the backup of what is here")
        await settled(lambda: view.steps.work.stop.isEnabled(), "a way to stop it")
        do(view)
        go_on.set()
        await settled(lambda: view.step is not Step.RESTORING)
    assert sorted(backups.folders()[0].iterdir()) == before
    return view


async def test_it_can_be_stopped_without_a_trace_also_while_the_backup_before_is_made(
    stage: Stage, notes: Path
) -> None:
    view = await held_restore(stage, notes, lambda view: view.steps.work.stop.click())
    assert view.step is Step.CHOOSING
    assert notes.read_text() == "second\n"
    assert not list((stage.services.state_folder / "clawd-desktop" / "undo").glob("2*"))


async def test_who_builds_the_window_again_sees_what_goes_on_and_how_it_ended(stage: Stage, notes: Path) -> None:
    made = await stage.services.backups.create(Order())
    notes.write_text("second\n")
    desk: RestoreDesk = stage.services.restores
    async with viewed(stage) as view:
        await desk.begin(made.path, None)
        view.follow()
        assert view.step is Step.RESTORING
        await at(view, Step.ENDED)
        later = RestoreView(stage.services)
        later.follow()
        assert later.step is Step.ENDED, "nobody has pressed Done"
        later.steps.end.done.click()
        third = RestoreView(stage.services)
        third.follow()
        assert third.step is Step.AWAY
        for other in (later, third):
            other._bridge.close()
            other.deleteLater()


async def test_one_that_is_gone_cannot_be_begun_and_the_choice_is_there_again(stage: Stage, notes: Path) -> None:
    made = await stage.services.backups.create(Order())
    async with viewed(stage) as view:
        view.begin(made.path, "12:00")
        await at(view, Step.CHOOSING)
        Path(made.path).unlink()
        view.steps.preview.restore.click()
        await answered("Close")
        assert view.step is Step.CHOOSING
