"""The list of conversations: search, choice, delete with undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clawd_desktop.core.ports import SessionRow
from clawd_desktop.ui.chat.sessions import SessionModel, SessionPanel, title_of
from clawd_desktop.ui.shell import Shell
from clawd_desktop.ui.theme import Theme

ROWS = [SessionRow("a", "Apples", 3000), SessionRow("b", "Bread", 2000, running=True), SessionRow("c", "Cäsar", 1000)]


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> SessionPanel:
    made = SessionPanel(theme, lambda: 5000)
    qtbot.addWidget(made)
    made.set_rows(ROWS, "a")
    made.resize(240, 500)
    made.show()
    return made


def keys(panel: SessionPanel) -> list[str]:
    return [row.key for row in panel.model.shown]


def heard(signal: object) -> list[str]:
    found: list[str] = []
    signal.connect(found.append)  # type: ignore[attr-defined]
    return found


def test_search_narrows_the_list_and_says_when_nothing_fits(panel: SessionPanel) -> None:
    QTest.keyClicks(panel.search, "CÄS")
    assert keys(panel) == ["c"]
    panel.search.setText("zzz")
    assert keys(panel) == []
    assert panel._nothing.isVisible()
    panel.search.clear()
    assert keys(panel) == ["a", "b", "c"]


def test_arrow_keys_choose_and_new_lists_do_not(panel: SessionPanel) -> None:
    chosen = heard(panel.chosen)
    panel.set_rows(list(reversed(ROWS)), "c")
    panel.set_rows(ROWS, "a")
    assert chosen == []
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert chosen == ["b"]


def test_delete_can_be_undone(panel: SessionPanel) -> None:
    removed, deleted, chosen = heard(panel.removed), heard(panel.deleted), heard(panel.chosen)
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert (removed, deleted, keys(panel)) == (["a"], [], ["b", "c"])
    assert panel.undo_bar.isVisible()
    QTest.mouseClick(panel.undo_button, Qt.MouseButton.LeftButton)
    assert (deleted, chosen[-1], keys(panel)) == ([], "a", ["a", "b", "c"])
    assert not panel.undo_bar.isVisible()


def test_delete_is_final_when_the_time_is_over_or_another_follows(panel: SessionPanel) -> None:
    deleted = heard(panel.deleted)
    panel.delete("a")
    panel.delete("b")
    assert deleted == ["a"]
    panel._undo_timer.timeout.emit()
    assert deleted == ["a", "b"]


def test_f2_asks_for_another_title(panel: SessionPanel) -> None:
    wanted = heard(panel.rename_wanted)
    QTest.keyClick(panel.list, Qt.Key.Key_F2)
    assert wanted == ["a"]


def test_titles_are_safe_and_never_empty() -> None:
    assert title_of(SessionRow("a", "evil\u202e\nname", 0)) == "evil⟨U+202E⟩ name"
    assert title_of(SessionRow("a", " ", 0)) == "New conversation"


def test_the_main_conversation_is_named_in_the_language_of_the_windows(shell: Shell) -> None:
    shell.languages.use("zh_CN")
    try:
        assert title_of(SessionRow("agent:main:main", "Main chat", 0)) == "主会话"
    finally:
        shell.languages.use("en")


def test_a_screen_reader_hears_who_is_answering() -> None:
    model = SessionModel()
    model.set_rows(ROWS)
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Bread, answering now"
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Apples"
    assert model.row_of("zzz") == -1


def test_the_list_can_be_painted(panel: SessionPanel) -> None:
    picture = panel.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, 240, 3) for y in range(100, 300, 2)}
    assert panel._theme.tokens.selected.lower() in colours
    assert len(colours) > 3
