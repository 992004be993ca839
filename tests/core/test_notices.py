"""Problems stand on the board until their cause goes, the worst and oldest first."""

from __future__ import annotations

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import NoticesChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity


@pytest.fixture
def told() -> list[NoticesChanged]:
    return []


@pytest.fixture
def board(told: list[NoticesChanged]) -> NoticeBoard:
    bus = EventBus()
    bus.subscribe(NoticesChanged, told.append)
    return NoticeBoard(bus)


def notice(name: str, severity: Severity = Severity.WARNING, since: int = 0, text: str = "") -> Notice:
    return Notice(name, severity, name.title(), text, (NoticeAction("x", "Do it"),), since)


def test_the_worst_and_oldest_first(board: NoticeBoard) -> None:
    for one in (
        notice("late", since=2),
        notice("info", Severity.INFO),
        notice("early", since=1),
        notice("ask", Severity.ACTION, since=9),
        notice("error", Severity.ERROR),
        notice("also", since=1),
    ):
        board.set(one)
    assert [one.id for one in board.current()] == ["ask", "error", "also", "early", "late", "info"]


def test_raising_again_replaces(board: NoticeBoard, told: list[NoticesChanged]) -> None:
    board.set(notice("port", text="busy"))
    board.set(notice("port", text="busy"))
    board.set(notice("port", text="still busy"))
    assert [one.text for one in board.current()] == ["still busy"]
    assert told == [NoticesChanged(raised="port"), NoticesChanged(raised="port")]


def test_clearing(board: NoticeBoard, told: list[NoticesChanged]) -> None:
    board.set(notice("port"))
    board.clear("port")
    board.clear("port")
    board.clear("never")
    assert board.current() == ()
    assert told == [NoticesChanged(raised="port"), NoticesChanged(cleared="port")]


def test_the_same_words_again_keep_their_time(board: NoticeBoard, told: list[NoticesChanged]) -> None:
    board.set(notice("port", since=1))
    board.set(notice("port", since=2))
    assert [one.since_ms for one in board.current()] == [1]
    assert len(told) == 1
