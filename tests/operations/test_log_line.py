"""An entry is one line in every form, whatever is in it."""

from __future__ import annotations

import json
import logging

import pytest
from operations.log_rig import entry

from clawd_desktop.operations import log_line
from clawd_desktop.operations.log_line import compact, json_line, pretty, text_line

HOSTILE = 'a\r\nb\x00\x1b[31m\x1b]8;;http://x\x07\u202edesrever\u2028\x9b31m\u200b\x7f \U000e0041 \ud800 "\\ ü 😀'


def test_json_has_the_shape_that_viewers_read() -> None:
    line = json.loads(json_line(entry("hällo", logging.WARNING)))
    assert line["0"] == "hällo"
    assert line["time"] == line["_meta"]["date"] == "2025-10-09T08:53:20.123Z"
    assert line["_meta"]["logLevelName"] == "WARN"
    assert json.loads(line["_meta"]["name"]) == {"subsystem": "gateway.http"}
    assert json_line(entry("hällo")).startswith('{"0": "hällo", "time": "2025-')


def test_json_gives_back_exactly_what_was_said() -> None:
    assert json.loads(json_line(entry(HOSTILE)))["0"] == HOSTILE
    assert json.loads(json_line(entry("x", trace="Traceback\n  y")))["0"] == "x\nTraceback\n  y"


@pytest.mark.parametrize("form", [json_line, text_line, compact, pretty])
def test_every_form_is_one_line_of_visible_letters(form) -> None:
    line = form(entry(HOSTILE))
    assert line.isprintable(), "nothing that a terminal obeys or hides"
    assert "😀" in line
    assert "ü" in line


def test_text_names_time_level_and_part() -> None:
    assert text_line(entry("x", logging.ERROR)) == "2025-10-09T08:53:20.123Z ERROR gateway.http: x"
    assert compact(entry("x", logging.CRITICAL)) == "fatal gateway.http: x"


def test_a_traceback_on_the_terminal_cannot_forge_a_line() -> None:
    lines = pretty(entry("broke", trace="ValueError: x\n10:00:00 info all is well")).splitlines()
    assert lines[0].endswith("info  broke")
    assert [line[:4] for line in lines[1:]] == ["    ", "    "]


def test_levels_have_clawdbots_names() -> None:
    levels = log_line.LEVELS
    assert levels["silent"] > levels["fatal"] > levels["error"] > levels["warn"] > levels["info"] > levels["debug"]
    names = [log_line.level_name(number) for number in (10, 15, 20, 30, 40, 50, 60)]
    assert names == ["DEBUG", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "FATAL"]


def test_what_is_cut_says_how_long_it_was() -> None:
    assert log_line.shortened("x" * 2000, 10) == "xxxxxxxxxx… (2,000 characters)"
    assert log_line.shortened("short", 10) == "short"
