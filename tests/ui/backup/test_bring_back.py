"""A backup of an earlier computer on a fresh one, with its passphrase alone: looked at for real, and agreed to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QProgressBar, QPushButton, QWidget
from ui.staging import Stage, settled

from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.look import look
from clawd_desktop.backup.opened import backup_at
from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.staging import Site
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui.backup.bring_back import Waiting, bring_back, summary

pytestmark = pytest.mark.qt
WORDS = "four words of mine"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A locked backup of another computer."""
    folder = tmp_path / "earlier"
    folder.mkdir()
    return asyncio.run(_made(DeskStage(folder)))


async def _made(stage: DeskStage) -> Path:
    return Path((await (await stage.desk()).create(Order(lock=Lock(WORDS)))).path)


@pytest.fixture
def begun(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Choice | None, Keys | None, str]]:
    """What is begun; a real beginning would end the application."""
    found: list[tuple[str, Choice | None, Keys | None, str]] = []

    async def begin(which: str, choice: Choice | None, keys: Keys | None = None, page: str = "") -> None:
        found.append((which, choice, keys, page))

    monkeypatch.setattr(stage.services.restores, "begin", begin)
    return found


async def modal(kind: type[QWidget]) -> QWidget:
    await settled(lambda: isinstance(QApplication.activeModalWidget(), kind), kind.__name__)
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


async def choose(file: Path) -> None:
    dialog = await modal(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(file))
    dialog.accept()


def asked() -> QLineEdit | None:
    dialog = QApplication.activeModalWidget()
    if dialog is None or isinstance(dialog, QFileDialog | QMessageBox | Waiting):
        return None
    return dialog.findChild(QLineEdit)


async def type_secret(text: str) -> str:
    """Type it; what was asked."""
    await settled(lambda: asked() is not None, "the passphrase is asked for")
    line = asked()
    assert line is not None
    line.setText(text)
    press(line.window(), "OK")
    return line.accessibleName()


def press(widget: QWidget, text: str) -> None:
    next(one for one in widget.findChildren(QPushButton) if one.text() == text).click()


async def test_the_passphrase_alone_is_enough(
    stage: Stage, earlier: Path, begun: list[tuple[str, Choice | None, Keys | None, str]]
) -> None:
    parent = QWidget()
    parent.show()
    going = spawn(bring_back(stage.services, parent), name="asking")
    await choose(earlier)
    assert await type_secret("others") == "Its passphrase, or the key that opens it:"
    assert "passphrase" in (await type_secret(WORDS)).splitlines()[0], "it says that the first one was wrong"
    question = await modal(QMessageBox)
    assert isinstance(question, QMessageBox)
    assert "Conversations" in question.informativeText()
    press(question, "Restore")
    await going
    assert begun == [(str(earlier), None, Keys(WORDS), "overview")]
    parent.deleteLater()


async def test_who_backs_out_restores_nothing(
    stage: Stage, earlier: Path, begun: list[tuple[str, Choice | None, Keys | None, str]]
) -> None:
    parent = QWidget()
    parent.show()
    going = spawn(bring_back(stage.services, parent), name="asking")
    await choose(earlier)
    await settled(lambda: asked() is not None)
    press(asked().window(), "Cancel")  # type: ignore[union-attr]
    await going
    going = spawn(bring_back(stage.services, parent), name="asking")
    await choose(earlier)
    await type_secret(WORDS)
    press(await modal(QMessageBox), "Cancel")
    await going
    assert begun == []
    parent.deleteLater()


async def test_a_damaged_one_is_told(stage: Stage, earlier: Path) -> None:
    data = bytearray(earlier.read_bytes())
    data[-20] ^= 1
    earlier.write_bytes(data)
    parent = QWidget()
    parent.show()
    going = spawn(bring_back(stage.services, parent), name="asking")
    await choose(earlier)
    await type_secret(WORDS)
    with pytest.raises(ClawdError):
        await going
    parent.deleteLater()


def test_the_summary_says_what_goes_and_what_is_to_be_known(tmp_path: Path, earlier: Path) -> None:
    stage = DeskStage(tmp_path)
    ground = asyncio.run(stage.desk()).ground()
    (stage.state / "agents/main/sessions/new.jsonl").write_text("{}\n")
    found = look(backup_at(earlier, ground, Keys(WORDS)), Site(ground, {}))
    text = summary(replace(found, warnings=("a", "b", "c", "d")), stage.clock.wall_ms())
    assert "Made " in text
    assert "1 files that are here now are not in it and go." in text
    assert "and 1 more" in text or "and 2 more" in text
    assert "kept for seven days" in text


async def test_while_it_is_read_the_way_is_shown_and_can_be_stopped(stage: Stage) -> None:
    parent = QWidget()
    parent.show()
    waiting = Waiting(parent, stage.services.restores)
    waiting.open()
    stage.services.restores._turn.progress = Progress("verify", 1, 2)
    bar = waiting.findChild(QProgressBar)
    assert bar is not None
    await settled(lambda: bar.value() == 500)
    stage.services.restores._turn.progress = None
    waiting.stop.click()
    assert not waiting.isVisible()
    parent.deleteLater()
