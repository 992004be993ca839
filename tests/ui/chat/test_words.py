"""Times and remarks in words."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtWidgets import QApplication

from clawd_desktop.ui.chat import words
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind, ToolUse

NOW = int(datetime(2026, 11, 22, 13, 5).timestamp() * 1000)
HOUR = 3_600_000
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(
    ("ago_hours", "label"),
    [(0, "Today"), (13, "Today"), (14, "Yesterday"), (24, "Yesterday")],
)
def test_days(ago_hours: int, label: str) -> None:
    assert words.day_label(NOW - ago_hours * HOUR, NOW) == label


def test_older_days_have_a_date() -> None:
    assert "2026" in words.day_label(NOW - 72 * HOUR, NOW)
    assert words.list_time(NOW - 24 * HOUR, NOW) == "Yesterday"
    assert words.list_time(NOW - 72 * HOUR, NOW) == "Thu"
    assert words.list_time(NOW, NOW) == words.clock_time(NOW)
    assert words.list_time(0, NOW) == words.clock_time(0) == words.day_of(0) == ""


@pytest.mark.parametrize(
    ("since", "text"), [(0, "Thinking…"), (59_000, "Thinking… 59 s"), (61_000, "Thinking… 1 min 1 s")]
)
def test_elapsed(since: int, text: str) -> None:
    assert words.elapsed(NOW - since, NOW) == text


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        (ToolUse("c", "exec", running=True), "Running exec…"),
        (ToolUse("c", "exec", failed=True), "exec failed"),
        (ToolUse("c", "exec"), "Used exec"),
    ],
)
def test_tools(tool: ToolUse, text: str) -> None:
    assert words.tool_label(Row(1, RowKind.TOOL, "exec", 0, tool=tool)) == text


def test_a_screen_reader_hears_who_when_and_what() -> None:
    row = Row(1, RowKind.USER, "hello", NOW, mark=Mark.QUEUED)
    assert words.spoken(row) == f"You, {words.clock_time(NOW)}, Queued, hello"


def test_sizes_are_short(qapp: QApplication) -> None:
    assert words.size(262_144) == "256 KiB"
