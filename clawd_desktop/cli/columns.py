"""Prints rows of text in columns, and times and names as a person reads them."""

from __future__ import annotations

import time
from collections.abc import Sequence

from clawd_desktop.cli.console import Console
from clawd_desktop.cli.status import duration
from clawd_desktop.core.shown import shown_whole
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_text

SHORT_ID = 12


def print_columns(console: Console, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The rows under their heads; what was said by others cannot move the cursor or pretend to be a row."""
    shown = [[shown_whole(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in (head, *shown)) for column in range(len(head))]
    for number, row in enumerate((head, *shown)):
        text = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        console.raw(f"{console.styled(text, 'dim') if number == 0 else console.clean(text)}\n")


def ago(value: JsonValue, now_ms: int | None = None) -> str:
    """How long a time in milliseconds is past, "" when there is none."""
    if not isinstance(value, int):
        return ""
    now = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    return f"{duration(max(0, now - as_int(value)) / 1000)} ago"


def words(value: JsonValue) -> str:
    """The texts of a JSON array, without what all scopes begin with."""
    return " ".join(as_text(word).removeprefix("operator.") for word in as_list(value))


def name_of(record: JsonObject) -> str:
    """What a device or node is called."""
    known = (as_text(record.get(key)) for key in ("givenName", "displayName", "clientId"))
    return next(filter(None, known), "")
