"""The tree on the screen: everything by keyboard, whatever column was clicked, and nothing lost when more is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from ui.backup.test_restore_tree import AREAS, change
from ui.staging import Stage

from clawd_desktop.backup.preview import AreaPreview
from clawd_desktop.ui.backup.restore_model import RestoreModel
from clawd_desktop.ui.backup.restore_outline import RestoreOutline
from clawd_desktop.ui.backup.restore_tree import Mark, Node, grow

pytestmark = pytest.mark.qt


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def tree(stage: Stage, opened: list[str]) -> Iterator[RestoreOutline]:
    made = RestoreOutline(stage.services.theme, lambda node: opened.append(node.name))
    made.use(RestoreModel(stage.services.theme, grow(AREAS), made))
    made.resize(700, 300)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def test_space_chooses_the_row_in_whatever_column_the_mouse_was(tree: RestoreOutline) -> None:
    tree.setCurrentIndex(tree.rows.index(0, 3))
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert tree.rows.roots[0].mark is Mark.OFF
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert tree.rows.roots[0].mark is Mark.ON


def test_the_arrows_open_a_row_and_enter_calls(tree: RestoreOutline, opened: list[str]) -> None:
    tree.setCurrentIndex(tree.rows.index(0, 0))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(tree, key)
    assert tree.current() is not None
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert opened == ["agents"]


def test_what_is_open_stays_open_and_the_keyboard_at_its_place(tree: RestoreOutline) -> None:
    area = tree.rows.index(0, 0)
    agents = tree.rows.index(0, 0, area)
    tree.expand(area)
    tree.expand(agents)
    tree.setCurrentIndex(tree.rows.index(1, 0, agents))
    at: Node | None = tree.current()
    tree.show_whole(True)
    assert tree.current() is at
    assert tree.isExpanded(tree.rows.place(tree.rows.roots[0].children[0]))


def test_numbers_have_room(tree: RestoreOutline, stage: Stage) -> None:
    many = tuple(change(f"{number}", new=1 << 20) for number in range(1_234))
    tree.use(RestoreModel(stage.services.theme, grow([AreaPreview("other", many, ())]), tree))
    text = str(tree.rows.data(tree.rows.index(0, 1)))
    assert text == "1,234 · 1 GiB"
    assert tree.fontMetrics().horizontalAdvance(text) < tree.columnWidth(1)
