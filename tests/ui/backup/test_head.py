"""The head says how it stands, and shows work with a way to stop it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from ui.staging import Stage, settled, texts

from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.backup.head import HeadCard
from clawd_desktop.ui.backup.words import Standing

pytestmark = pytest.mark.qt
LONG = "agents/main/sessions/" + "x" * 300 + "/end.jsonl"


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def head(stage: Stage, asked: list[str]) -> HeadCard:
    made = HeadCard(stage.services.theme, lambda: asked.append("start"), lambda: asked.append("stop"))
    made.resize(600, 200)
    return made


def shown(widget: QWidget) -> bool:
    return not widget.isHidden()


def test_it_shows_the_answer(head: HeadCard) -> None:
    head.show_standing(Standing("good", "good", "All is well.", "Really."))
    assert {"All is well.", "Really.", "Back up now"} <= set(texts(head))
    head.show_standing(Standing("good", "good", "All is well."))
    assert "Really." not in texts(head)


def test_each_button_does_its_thing(head: HeadCard, asked: list[str]) -> None:
    head.start.click()
    head.show_working(True)
    head.stop.click()
    assert asked == ["start", "stop"]


def test_work_is_shown_with_rate_time_and_file(head: HeadCard) -> None:
    head.show_working(True)
    assert "It begins." in texts(head)
    assert head.bar.maximum() == 0, "nobody knows how far it is"
    head.show_progress(Progress("write", 0, 100 << 20, "a"), 10.0)
    head.show_progress(Progress("write", 25 << 20, 100 << 20, "notes/b.md"), 15.0)
    assert "Writing · 25 MiB of 100 MiB · 5 MiB/s · 15 s left" in texts(head)
    assert "notes/b.md" in texts(head)
    assert head.bar.value() / head.bar.maximum() == 0.25
    head.show_working(False)
    assert shown(head.start)
    assert not shown(head.stop)
    assert not shown(head.bar.parentWidget())


def test_more_than_two_gigabytes_fit_in_the_bar(head: HeadCard) -> None:
    head.show_working(True)
    head.show_progress(Progress("write", 3 << 40, 4 << 40), 1.0)
    assert head.bar.value() / head.bar.maximum() == 0.75


def test_a_long_path_is_cut_in_the_middle_and_whole_in_its_tooltip(head: HeadCard) -> None:
    head.show()
    head.show_working(True)
    head.show_progress(Progress("write", 1, 2, LONG), 1.0)
    cut = next(label for label in head.findChildren(QWidget) if label.toolTip() == LONG)
    text = str(cut.property("text"))
    assert text.startswith("agents/")
    assert text.endswith("end.jsonl")
    assert "…" in text
    head.hide()


async def test_the_keyboard_stays_at_the_place_of_the_button(head: HeadCard) -> None:
    head.show()
    head.activateWindow()
    head.start.setFocus()
    await settled(head.start.hasFocus)
    head.show_working(True)
    assert head.stop.hasFocus()
    head.show_working(False)
    assert head.start.hasFocus()
    head.hide()


def test_what_is_being_stopped_says_so_and_can_be_asked_once(head: HeadCard) -> None:
    head.show_working(True)
    head.show_stopping()
    head.show_progress(Progress("write", 1, 2, "late"), 1.0)
    assert "It is being stopped." in texts(head)
    assert not head.stop.isEnabled()
    head.show_working(False)
    head.show_working(True)
    assert head.stop.isEnabled()
