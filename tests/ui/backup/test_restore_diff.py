"""The difference of a text is shown with signs and colours, and what is no text says so."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import Stage, texts
from ui.test_accessibility import mute

from clawd_desktop.ui.backup.restore_diff import DiffView

pytestmark = pytest.mark.qt
LINES = ("--- now", "+++ backup", "@@ -1 +1 @@", "-new", "+old", " same")


def colour(view: DiffView, number: int) -> str:
    (found,) = view.text.document().findBlockByNumber(number).layout().formats()
    form = found.format  # type: ignore[attr-defined]
    return str(form.foreground().color().name())


def test_lines_have_the_colour_of_their_sign(stage: Stage) -> None:
    view = DiffView(stage.services.theme, lambda: None)
    view.show_lines("notes.md", LINES)
    assert view.text.toPlainText() == "\n".join(LINES)
    assert {"notes.md", "Back"} <= set(texts(view))
    tokens = stage.services.theme.tokens
    assert [colour(view, number) for number in range(5)] == [
        one.lower() for one in (tokens.muted, tokens.muted, tokens.muted, tokens.bad, tokens.good)
    ]
    assert mute(view) == []


def test_what_cannot_be_shown_says_so_and_there_is_a_way_back(stage: Stage) -> None:
    asked: list[bool] = []
    view = DiffView(stage.services.theme, lambda: asked.append(True))
    view.show_lines("picture.png", ())
    assert "It is no text, or too large to be shown line by line." in texts(view)
    assert view.text.isHidden()
    view.findChildren(QPushButton)[0].click()
    assert asked == [True]
