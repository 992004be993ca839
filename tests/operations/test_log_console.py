"""The terminal gets short lines, and one that is gone or narrow stops nothing."""

from __future__ import annotations

import io
import sys

import pytest
from operations.log_rig import entry

from clawd_desktop.operations.log_console import STYLES, LogConsole


@pytest.mark.parametrize("style", STYLES)
def test_each_style(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert LogConsole(style).send([entry("one"), entry("two\x1b[2J")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "one" in lines[0]
    assert "\x1b" not in lines[1]


def test_a_terminal_that_is_closed_is_an_error_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    with pytest.raises(OSError, match="closed"):
        LogConsole("pretty").send([entry()])


def test_a_program_without_a_terminal_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert LogConsole("pretty").send([entry()]) == 1


def test_a_terminal_that_knows_only_ascii_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii"))
    LogConsole("compact").send([entry("ü")])
    sys.stderr.flush()
    assert b"\\xfc" in raw.getvalue()
