"""The preview: what is chosen decides what is said, warned of and begun."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from ui.backup.test_restore_tree import AREAS
from ui.staging import Stage, settled, texts
from ui.test_accessibility import clipped, mute

from clawd_desktop.backup.present import Choice
from clawd_desktop.ui.backup.restore_preview import Preview
from clawd_desktop.ui.backup.restore_tree import choose, grow

pytestmark = pytest.mark.qt
WARNING = "Conversations: Conversations go back."


@pytest.fixture
def asked() -> list[object]:
    return []


@pytest.fixture
def preview(stage: Stage, asked: list[object]) -> Iterator[Preview]:
    made = Preview(
        stage.services.theme, asked.append, lambda node: asked.append(node.name), lambda: asked.append("back")
    )
    made.show_trees("Restore it", "made on desk", grow(AREAS), ("One stays.",))
    made.resize(900, 700)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def choose_row(preview: Preview, row: int) -> None:
    preview.tree.setCurrentIndex(preview.tree.rows.index(row, 0))
    QTest.keyClick(preview.tree, Qt.Key.Key_Space)


def test_all_of_it_is_begun_at_once(preview: Preview, asked: list[object]) -> None:
    assert {"Restore it", "made on desk", "One stays.", WARNING} <= set(texts(preview))
    assert any(text.startswith("Files: 1 come back") for text in texts(preview))
    assert any("For 7 days all of it can be taken back." in text for text in texts(preview))
    preview.restore.click()
    assert asked == [None]


def test_an_area_that_is_left_out_takes_its_warning_along(preview: Preview, asked: list[object]) -> None:
    choose_row(preview, 0)
    assert preview._warned[0][1].isHidden()
    preview.restore.click()
    assert asked == [Choice(frozenset({"config"}))]
    choose_row(preview, 1)
    assert "Nothing is chosen." in texts(preview)
    assert not preview.restore.isEnabled()


def test_only_a_file_that_changes_can_be_compared(preview: Preview, asked: list[object]) -> None:
    assert not preview.compare.isEnabled()
    preview.tree.expandAll()
    model = preview.tree.rows
    place = model.index(0, 0)
    while model.rowCount(place):
        place = model.index(0, 0, place)
    preview.tree.setCurrentIndex(place)
    assert preview.compare.isEnabled()
    preview.compare.click()
    QTest.keyClick(preview.tree, Qt.Key.Key_Return)
    assert asked == ["a.jsonl", "a.jsonl"]


def test_what_stays_the_same_is_shown_when_wanted(preview: Preview) -> None:
    preview.whole.setChecked(True)
    assert preview.tree.rows.rowCount(preview.tree.rows.index(1, 0)) == 1
    preview.show_trees("Another", "", grow(AREAS), ())
    assert not preview.whole.isChecked()
    assert not preview.tree.rows.whole


@pytest.mark.parametrize(("language", "scale"), [("en", 1.0), ("zh_CN", 1.0), ("en", 2.0), ("zh_CN", 2.0)])
async def test_no_text_is_cut_and_everything_has_a_name(stage: Stage, language: str, scale: float) -> None:
    stage.shell.languages.use(language)
    stage.services.theme.scale = scale
    stage.services.theme.use("dark")
    preview = Preview(stage.services.theme, lambda choice: None, lambda node: None, lambda: None)
    roots = grow(AREAS)
    choose(roots[0].children[0].children[1], False)
    preview.show_trees("x " * 60, "made on desk", roots, ("A warning of the whole backup. " * 5,))
    preview.resize(round(536 * scale), round(520 * scale))
    preview.show()
    await settled(lambda: preview.tree.isVisible() and not clipped(preview), "room for all")
    assert mute(preview) == []
    stage.services.theme.scale = 1.0
    preview.hide()
    preview.deleteLater()
