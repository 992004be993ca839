"""The look follows the theme."""

from __future__ import annotations

from clawd_desktop.ui.chat.style import look
from clawd_desktop.ui.theme import Theme


def test_another_theme_is_another_look(theme: Theme) -> None:
    light = look(theme)
    theme.use("dark")
    dark = look(theme)
    assert not light.dark
    assert dark.dark
    assert light.colours["text"] != dark.colours["text"]


def test_headings_shrink_with_their_level(theme: Theme) -> None:
    sizes = [look(theme).heading(level).pixelSize() for level in range(1, 7)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > look(theme).body.pixelSize()
