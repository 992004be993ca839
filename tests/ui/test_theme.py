"""The theme is put on live, follows the desktop only when it should, and keeps icons tinted."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from ui.staging import Stage

from clawd_desktop.ui.palette import DARK, LIGHT
from clawd_desktop.ui.theme import style_sheet, style_template

pytestmark = pytest.mark.qt


def test_every_token_of_the_style_sheet_is_filled() -> None:
    assert "@" not in style_sheet(LIGHT, 1.0, "/icons").split("*/", 1)[1]


def test_the_style_sheet_uses_no_colour_beside_the_tokens() -> None:
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", style_template()) == []


def test_larger_text_of_the_desktop_makes_the_type_larger() -> None:
    assert "font-size: 26px" in style_sheet(LIGHT, 2.0, "/icons")


@pytest.mark.parametrize(("mode", "tokens"), [("dark", DARK), ("light", LIGHT), ("system", LIGHT), ("nonsense", LIGHT)])
def test_the_look_changes_at_once(stage: Stage, qapp: QApplication, mode: str, tokens: object) -> None:
    theme = stage.services.theme
    theme.use("dark" if mode != "dark" else "light")
    theme.use(mode)
    assert theme.tokens is tokens
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == theme.tokens.window
    assert theme.tokens.surface in qapp.styleSheet()


def test_bound_icons_change_with_it(stage: Stage) -> None:
    theme, button = stage.services.theme, QPushButton()
    theme.bind_icon(button, "chat", "text")
    before = button.icon().cacheKey()
    theme.use("dark")
    assert button.icon().cacheKey() != before


def test_watchers_hear_of_a_change_once(stage: Stage) -> None:
    theme, heard = stage.services.theme, list[int]()
    theme.changed.connect(lambda: heard.append(1))
    theme.use("dark")
    theme.use("dark")
    assert heard == [1]


def test_digits_have_equal_width_and_weights_are_two(stage: Stage) -> None:
    font = stage.services.theme.font()
    assert [tag.toString().data() for tag in font.featureTags()] == [b"tnum"]
    assert {stage.services.theme.font(strong=strong).weight() for strong in (True, False)} == {400, 600}
