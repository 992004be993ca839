"""Every state can be told from every other at the size of a panel, in colour and in shades of grey."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QImage

from clawd_desktop.ui.tray_icons import SIZES, tray_icon
from clawd_desktop.ui.tray_state import Look

pytestmark = pytest.mark.qt


def picture(look: Look, size: int) -> QImage:
    return tray_icon(look).pixmap(size, size).toImage()


def differing(one: QImage, other: QImage) -> int:
    places = itertools.product(range(one.width()), range(one.height()))
    return sum(one.pixelColor(x, y) != other.pixelColor(x, y) for x, y in places)


@pytest.mark.parametrize("size", [16, 22])
@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(Look, 2)))
def test_states_differ_visibly(one: Look, other: Look, size: int) -> None:
    assert differing(picture(one, size), picture(other, size)) > size


@pytest.mark.parametrize(
    ("one", "other"), list(itertools.combinations([look for look in Look if look is not Look.OK], 2))
)
def test_badges_differ_in_shape_too(one: Look, other: Look) -> None:
    grey = QImage.Format.Format_Grayscale8
    assert differing(picture(one, 32).convertToFormat(grey), picture(other, 32).convertToFormat(grey)) > 40


@pytest.mark.parametrize("look", list(Look))
def test_panels_get_the_sizes_they_ask_for(look: Look) -> None:
    offered = {size.width() for size in tray_icon(look).availableSizes()}
    assert offered == set(SIZES) and {16, 22, 32, 64} <= offered  # noqa: PT018


def test_the_ground_is_transparent() -> None:
    assert picture(Look.OK, 22).pixelColor(0, 21).alpha() < 255
    assert picture(Look.OK, 22).pixelColor(21, 0).alpha() == 0
