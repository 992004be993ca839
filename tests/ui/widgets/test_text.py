"""Labels show text as it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment

from clawd_desktop.ui.widgets.text import label, line, set_role, tooltip

pytestmark = pytest.mark.qt


def test_markup_in_text_is_shown_and_not_followed() -> None:
    assert label("<b>x</b>").textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("text", ["plain", "two\nlines", "<b>bold</b>", '<img src="file://evil.example/x.png">'])
def test_a_tooltip_shows_text_as_it_is(text: str) -> None:
    assert QTextDocumentFragment.fromHtml(tooltip(text)).toPlainText().split() == text.split()
    assert "<b>" not in tooltip(text)
    assert "<img" not in tooltip(text)


def test_long_text_wraps_and_asks_for_the_height_it_needs() -> None:
    made = label("word " * 100, wrap=True)
    assert made.heightForWidth(200) > 3 * made.heightForWidth(2_000)


def test_a_role_can_change() -> None:
    made = label("x", "muted")
    set_role(made, "bad")
    assert made.property("role") == "bad"
    assert line().property("role") == "line"
