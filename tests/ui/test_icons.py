"""The drawn icons: one grid, one stroke, tinted in any colour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clawd_desktop.config.paths import resource
from clawd_desktop.ui.icons import APP_SIZES, app_icon, tinted

pytestmark = pytest.mark.qt
DRAWINGS = sorted(path for path in resource("icons").glob("*.svg") if "currentColor" in path.read_text())


@pytest.mark.parametrize("path", [path for path in DRAWINGS if path.stem != "claw"], ids=lambda path: path.stem)
def test_drawings_share_grid_and_stroke(path: Path) -> None:
    source = path.read_text()
    assert 'viewBox="0 0 24 24"' in source
    assert 'stroke-width="1.5"' in source
    assert re.findall(r"#[0-9A-Fa-f]{6}", source) == []


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_drawings_show_something_in_the_colour_asked_for(path: Path) -> None:
    image = tinted(path.stem, "#D9442F").pixmap(48, 48).toImage()
    pixels = [image.pixelColor(x, y) for x in range(48) for y in range(48)]
    solid = [pixel for pixel in pixels if pixel.alpha() == 255]
    assert solid
    assert all(abs(pixel.red() - 0xD9) <= 1 and abs(pixel.green() - 0x44) <= 1 for pixel in solid)


def test_the_application_icon_has_all_sizes() -> None:
    assert {size.width() for size in app_icon().availableSizes()} == set(APP_SIZES)
