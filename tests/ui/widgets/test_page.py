"""Pages scroll up and down only and stay readable when wide."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from ui.staging import Stage

from clawd_desktop.ui.widgets.page import WIDEST, column, scrolled
from clawd_desktop.ui.widgets.text import label

pytestmark = pytest.mark.qt


def test_content_is_centred_and_no_wider_than_is_good_to_read() -> None:
    content, layout = column()
    inner = QLabel("x")
    layout.addWidget(inner)
    content.resize(1_600, 400)
    content.show()
    assert inner.width() == WIDEST
    assert abs(inner.mapTo(content, inner.rect().center()).x() - 800) <= 1
    content.hide()


def test_it_never_scrolls_sideways() -> None:
    content, _ = column()
    area = scrolled(content, "Overview")
    assert area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    assert area.accessibleName() == "Overview"


def test_wrapped_lines_are_never_pressed_together(stage: Stage) -> None:
    content, page = column()
    words = [label("many words that go on in the next line " * 12, wrap=True) for _ in range(4)]
    for one in words:
        page.addWidget(one)
    area = scrolled(content, "Page")
    area.resize(300, 200)
    area.show()
    QApplication.sendPostedEvents()
    assert content.height() > 200
    for one in words:
        assert one.height() >= one.heightForWidth(one.width())
    area.hide()
