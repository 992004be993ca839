"""Lines of the text form say the same as those of the JSON form."""

from __future__ import annotations

import json
import logging

import pytest

from clawd_desktop.core.log_text import read_text_line
from clawd_desktop.operations.log_line import Entry, json_line, text_line


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL])
@pytest.mark.parametrize("text", ["plain", "a: b", "two\nlines\tand \\n", "", "C:\\new"])
def test_both_forms_are_read_alike(level: int, text: str) -> None:
    entry = Entry(1_795_666_519.27, level, "gateway.http", text)
    assert read_text_line(text_line(entry)) == json.loads(json_line(entry))


@pytest.mark.parametrize("line", ["", "something else", "2026-11-26T04:15:19.270Z LOUD gateway: x", "{}"])
def test_other_lines_are_none(line: str) -> None:
    assert read_text_line(line) is None
