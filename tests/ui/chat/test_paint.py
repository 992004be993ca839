"""Every kind of row can be painted in both themes, and what matters is in the picture."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage, QPainter

from clawd_desktop.ui.chat.layout import RowLayout, lay_out
from clawd_desktop.ui.chat.paint import Scene, paint_row
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind, ToolUse, error_row, new_uid, note_row
from clawd_desktop.ui.chat.style import look
from clawd_desktop.ui.theme import Theme

TEXT = (
    "# T\n\n*i* `c` [l](https://x.example)\n\n- a\n- [x] b\n\n1. c\n\n> q\n\n---\n\na|b\n-|-\n1|2\n\n```py\nif x\n```"
)
ROWS = {
    "user": Row(new_uid(), RowKind.USER, "hello", 1000),
    "queued": Row(new_uid(), RowKind.USER, "hello", 1000, mark=Mark.QUEUED),
    "answer": Row(new_uid(), RowKind.ASSISTANT, TEXT, 1000, day=True, lead=True, detail="model"),
    "stopped": Row(new_uid(), RowKind.ASSISTANT, "par", 1000, mark=Mark.STOPPED),
    "thinking": Row(new_uid(), RowKind.ASSISTANT, "", 1000, mark=Mark.LIVE, lead=True),
    "tool": Row(
        new_uid(), RowKind.TOOL, "exec", 1000, tool=ToolUse("c", "exec", "{}", "x", failed=True), expanded=True
    ),
    "note": note_row("Another model answers.", 1000),
    "error": error_row("No key.", "", 1000, "r"),
}


def picture(laid: RowLayout, scene: Scene) -> QImage:
    image = QImage(laid.width, laid.height, QImage.Format.Format_RGB32)
    image.fill(laid.look.colours["window"])
    painter = QPainter(image)
    paint_row(painter, laid, scene)
    painter.end()
    return image


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", ROWS)
def test_each_row_is_more_than_its_ground(theme: Theme, name: str, mode: str) -> None:
    theme.use(mode)
    laid = lay_out(ROWS[name], 500, look(theme))
    assert len(colours(picture(laid, Scene(theme, 5000, {})))) > 3


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("user", "hover"),
        ("error", "bad_soft"),
        ("stopped", "warning"),
        ("thinking", "accent"),
        ("answer", "accent_fill"),
    ],
)
def test_colours_say_what_it_is(theme: Theme, name: str, colour: str) -> None:
    laid = lay_out(ROWS[name], 500, look(theme))
    assert theme.tokens.colours()[colour].lower() in colours(picture(laid, Scene(theme, 1600, {})))


def test_selection_and_the_keyboards_ring_can_be_seen(theme: Theme) -> None:
    laid = lay_out(ROWS["user"], 500, look(theme))
    plain = picture(laid, Scene(theme, 5000, {}))
    assert picture(laid, Scene(theme, 5000, {0: (0, 5)})) != plain
    assert picture(laid, Scene(theme, 5000, {}, current=True)) != plain


def test_time_moves_the_dots(theme: Theme) -> None:
    laid = lay_out(ROWS["thinking"], 500, look(theme))
    assert picture(laid, Scene(theme, 1000, {})) != picture(laid, Scene(theme, 1600, {}))


def test_pictures_are_painted(theme: Theme) -> None:
    from clawd_desktop.ui.chat.attachments import encoded

    red = QImage(40, 40, QImage.Format.Format_RGB32)
    red.fill(0xFFFF0000)
    row = replace(ROWS["user"], uid=new_uid(), thumbnails=(encoded(red),), pictures=1)
    assert "#ff0000" in colours(picture(lay_out(row, 500, look(theme)), Scene(theme, 5000, {})))
