"""A stack is code positions and nothing else, and it is known whether the loop was at work in it."""

from __future__ import annotations

import sys

import pytest

from clawd_desktop.operations.stalls import DEEPEST, Seen, positions_of, seen_in, short_path


def test_positions_hold_no_values_and_no_source_text() -> None:
    password = "hunter2-canary"  # noqa: S105 - what must not be seen
    positions = positions_of(sys._getframe())
    assert positions[-1].endswith("in test_positions_hold_no_values_and_no_source_text")
    assert not [position for position in positions if password in position]


def deep(left: int) -> tuple[str, ...]:
    return deep(left - 1) if left else positions_of(sys._getframe())


def test_a_deep_stack_is_cut_at_its_outer_end() -> None:
    positions = deep(DEEPEST * 2)
    assert len(positions) == DEEPEST
    assert positions[-1].endswith("in deep")


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("/home/jane/.venv/lib/python3.11/site-packages/aiohttp/web.py", "aiohttp/web.py"),
        ("/home/jane/clawd/clawd_desktop/agent/runner.py", "clawd_desktop/agent/runner.py"),
        ("C:\\Users\\Jane\\app\\clawd_desktop\\app.py", "clawd_desktop/app.py"),
        ("/usr/lib/python3.11/asyncio/events.py", "asyncio/events.py"),
        ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>"),
    ],
)
def test_a_path_does_not_name_its_owner(path: str, short: str) -> None:
    assert short_path(path) == short


@pytest.mark.parametrize(
    ("innermost", "answered", "seen"),
    [
        ("clawd_desktop/agent/runner.py:3 in Runner.run", False, Seen.BUSY),
        ("python3.11/selectors.py:468 in EpollSelector.select", False, Seen.WAITING),
        ("asyncio/runners.py:118 in Runner.run", False, Seen.WAITING),
        ("asyncio/base_events.py:653 in BaseEventLoop.run_until_complete", False, Seen.WAITING),
        ("asyncio/base_events.py:653 in BaseEventLoop.run_until_complete", True, Seen.OVER),
        ("clawd_desktop/agent/runner.py:3 in Runner.run", True, Seen.OVER),
    ],
)
def test_what_was_seen(innermost: str, answered: bool, seen: Seen) -> None:
    assert seen_in(("clawd_desktop/app.py:1 in main", innermost), answered) is seen
    assert seen_in((), False) is Seen.BUSY
