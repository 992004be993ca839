"""What a widget shows is refreshed when it is shown and while it is seen, and not otherwise."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clawd_desktop.ui.widgets.while_seen import WhileSeen


def test_it_refreshes_when_shown_and_rests_when_hidden(qtbot: QtBot) -> None:
    widget, told = QWidget(), list[int]()
    qtbot.addWidget(widget)
    tick = WhileSeen(widget, lambda: told.append(len(told)), 10)
    assert (told, tick.isActive()) == ([], False)
    widget.show()
    assert (told, tick.isActive()) == ([0], True)
    qtbot.waitUntil(lambda: len(told) >= 3)
    widget.hide()
    assert not tick.isActive()
    before = len(told)
    widget.show()
    assert len(told) == before + 1


def test_it_goes_with_its_widget(qtbot: QtBot) -> None:
    widget = QWidget()
    tick, gone = WhileSeen(widget, lambda: None, 10), list[bool]()
    tick.destroyed.connect(lambda: gone.append(True))
    widget.show()
    widget.deleteLater()
    qtbot.waitUntil(lambda: bool(gone))
