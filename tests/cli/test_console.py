"""The console: colour only for eyes, control characters for nobody, JSON for programs."""

from __future__ import annotations

import io

import pytest

from clawd_desktop.cli.console import Console
from clawd_desktop.core.errors import BadInput


@pytest.mark.parametrize(
    ("terminal", "environ", "colours"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, False),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(screens, terminal: bool, environ: dict[str, str], colours: bool) -> None:
    screen = screens(terminal=terminal, environ=environ)
    assert screen.console.styled("x", "red") == ("\x1b[31mx\x1b[0m" if colours else "x")


def test_a_message_cannot_move_the_cursor_or_name_the_window(screens) -> None:
    screen = screens(terminal=True)
    screen.console.write("a\x1b]0;evil\x07\x1b[2Jb\x9bc\n\td")
    assert screen.shown == "a]0;evil[2Jbc\n\td"


def test_a_pipe_gets_the_text_as_it_is(screens) -> None:
    screen = screens()
    screen.console.write("a\x1b[2Jb")
    assert screen.shown == "a\x1b[2Jb"


def test_results_and_notes_take_different_ways(screens) -> None:
    screen = screens()
    screen.console.line("result")
    screen.console.note("progress")
    screen.console.problem(BadInput("It is wrong.", hint="Do it right."))
    assert (screen.shown, screen.noted) == ("result\n", "progress\nIt is wrong.\nDo it right.\n")


@pytest.mark.parametrize(
    ("encoding", "written"), [("utf-8", "你好"), ("latin-1", "\\u4f60\\u597d"), ("ascii", "\\u4f60")]
)
def test_json_fits_the_pipe(encoding: str, written: str) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(pipe, io.StringIO(), {}).json({"a": "你好"})
    assert written.encode(encoding) in pipe.buffer.getvalue()


def test_a_status_line_is_replaced_and_goes(screens) -> None:
    screen = screens(terminal=True)
    screen.console.status("half\x1b[2J")
    screen.console.status("")
    assert screen.noted == "\r\x1b[Khalf[2J\r\x1b[K"
    screen = screens()
    screen.console.status("half")
    assert screen.noted == ""
