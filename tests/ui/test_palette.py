"""Both themes can be read: contrast of every pair of colours that stands on another."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.palette import DARK, LIGHT, Tokens

GROUNDS = ("window", "surface", "sunken", "hover", "selected")
TEXT_PAIRS = [
    *((text, ground) for text in ("text", "muted") for ground in GROUNDS),
    *((text, ground) for text in ("accent_text", "good", "warning", "bad", "info") for ground in ("window", "surface")),
    ("on_accent", "accent_fill"), ("on_accent", "accent_hover"), ("text", "code"), ("text", "accent_soft"),
    *((f"{name}", f"{name}_soft") for name in ("good", "warning", "bad", "info")),
    *(("text", f"{name}_soft") for name in ("good", "warning", "bad", "info")),
]  # fmt: skip
SHAPE_PAIRS = [
    ("accent", "window"),
    ("accent", "surface"),
    ("accent", "sunken"),
    ("outline", "surface"),
    ("outline", "window"),
    *((f"line_{number}", ground) for number in range(1, 5) for ground in ("surface", "window")),
]
themes = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@themes
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS, ids=lambda name: name)
def test_text_has_the_contrast_of_wcag_aa(tokens: Tokens, text: str, ground: str) -> None:
    colours = tokens.colours()
    assert contrast(colours[text], colours[ground]) >= 4.5


@themes
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS, ids=lambda name: name)
def test_shapes_and_outlines_can_be_told_from_their_ground(tokens: Tokens, shape: str, ground: str) -> None:
    colours = tokens.colours()
    assert contrast(colours[shape], colours[ground]) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_both_themes_name_the_same_colours_and_differ() -> None:
    assert LIGHT.colours().keys() == DARK.colours().keys()
    assert (LIGHT.accent, DARK.accent) == ("#D9442F", "#FF6B57")
