"""Times, sizes and remarks of the Chat page as words in the person's language."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QLocale, QTime

from clawd_desktop.ui.chat.rows import Mark, Row, RowKind
from clawd_desktop.ui.i18n import LANGUAGES, mark, tr

_MARKS = {
    Mark.SENDING: mark("Sending…"),
    Mark.QUEUED: mark("Queued"),
    Mark.STOPPED: mark("Stopped"),
    Mark.BROKEN: mark("Incomplete"),
    Mark.CUT: mark("Cut off at the model's length limit"),
}
_SPEAKERS = {
    RowKind.USER: mark("You"),
    RowKind.ASSISTANT: mark("Assistant"),
    RowKind.TOOL: mark("Tool"),
    RowKind.NOTE: mark("Note"),
    RowKind.ERROR: mark("Error"),
}
_LONGEST_SPOKEN = 4000


def locale() -> QLocale:
    """The locale for dates: the system's when it speaks the language of the texts, else that of the language."""
    system = QLocale.system()
    return system if system.name().split("_")[0] in {name.split("_")[0] for name in LANGUAGES} else QLocale("en_GB")


def clock_time(time_ms: int) -> str:
    """The time of day, or nothing when the time is unknown."""
    if time_ms <= 0:
        return ""
    moment = datetime.fromtimestamp(time_ms / 1000)
    return locale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)


def day_of(time_ms: int) -> str:
    """The day as a sortable name in local time; days are the same exactly when their names are."""
    return datetime.fromtimestamp(time_ms / 1000).strftime("%Y-%m-%d") if time_ms > 0 else ""


def day_label(time_ms: int, now_ms: int) -> str:
    """Today, Yesterday, or the date."""
    day, now = datetime.fromtimestamp(time_ms / 1000), datetime.fromtimestamp(now_ms / 1000)
    if day.date() == now.date():
        return tr("Today")
    if day.date() == (now - timedelta(days=1)).date():
        return tr("Yesterday")
    return locale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)


def list_time(time_ms: int, now_ms: int) -> str:
    """When a conversation was last used, short: the time today, the weekday this week, else the date."""
    if time_ms <= 0:
        return ""
    day, now = datetime.fromtimestamp(time_ms / 1000), datetime.fromtimestamp(now_ms / 1000)
    days = (now.date() - day.date()).days
    if days <= 0:
        return clock_time(time_ms)
    if days == 1:
        return tr("Yesterday")
    if days < 7:
        return locale().dayName(day.isoweekday(), QLocale.FormatType.ShortFormat)
    return locale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def size(count: int) -> str:
    """A number of bytes, in binary units."""
    return locale().formattedDataSize(count, 0 if count < 10 * 1024 * 1024 else 1)


def remark(row: Row) -> str:
    """What is special about the message, or nothing."""
    return tr(_MARKS[row.mark]) if row.mark in _MARKS else ""


def elapsed(since_ms: int, now_ms: int) -> str:
    """How long the assistant has been thinking."""
    seconds = max(0, (now_ms - since_ms) // 1000)
    if seconds < 1:
        return tr("Thinking…")
    if seconds < 60:
        return tr("Thinking… {seconds} s", seconds=seconds)
    return tr("Thinking… {minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60)


def tool_label(row: Row) -> str:
    """One line for a tool call."""
    tool = row.tool
    if tool is None:
        return row.text
    if tool.running:
        return tr("Running {tool}…", tool=tool.name)
    return tr("{tool} failed", tool=tool.name) if tool.failed else tr("Used {tool}", tool=tool.name)


def spoken(row: Row) -> str:
    """The row as a screen reader says it."""
    text = tool_label(row) if row.kind is RowKind.TOOL else row.text
    parts = [tr(_SPEAKERS[row.kind]), clock_time(row.time_ms), remark(row), text[:_LONGEST_SPOKEN]]
    return ", ".join(part for part in parts if part)
