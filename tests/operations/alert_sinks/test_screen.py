"""Badge, notification and sound are one notice, which goes when its cause goes."""

from __future__ import annotations

import pytest
from alert_messages import DISK, NOW, told

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.operations.alert_rules import Importance
from clawd_desktop.operations.alert_sinks.port import Kind
from clawd_desktop.operations.alert_sinks.screen import Screen, notice_of
from clawd_desktop.operations.announcer import is_announced

ALL = frozenset({"badge", "notification", "sound"})
BADGE = frozenset({"badge"})


@pytest.mark.parametrize(
    ("importance", "degrees", "severity", "announced", "sound"),
    [
        (Importance.WARNING, {"badge"}, Severity.WARNING, False, ""),
        (Importance.CRITICAL, {"badge"}, Severity.ERROR, False, ""),
        (Importance.WARNING, {"badge", "notification"}, Severity.WARNING, True, ""),
        (Importance.CRITICAL, {"sound"}, Severity.ERROR, True, "dialog-error"),
        (Importance.WARNING, {"notification", "sound"}, Severity.WARNING, True, "dialog-warning"),
        (Importance.INFO, {"notification"}, Severity.INFO, False, ""),
    ],
)
def test_the_degrees(
    importance: Importance, degrees: set[str], severity: Severity, announced: bool, sound: str
) -> None:
    notice = notice_of(told(severity=importance), frozenset(degrees))
    assert (notice.severity, is_announced(notice), notice.sound, notice.topic) == (
        severity, announced, sound, "disk.low",
    )  # fmt: skip


def test_the_buttons() -> None:
    assert [action.id for action in notice_of(DISK, ALL).actions] == [
        "alert.acknowledge:a1", "alert.snooze:disk.low:3600", "page:alerts",
    ]  # fmt: skip
    for passing in (told(kind=Kind.RECOVERED), told(kind=Kind.TEST), told(members=("a", "b"))):
        assert [action.id for action in notice_of(passing, ALL).actions] == ["page:alerts"]


def test_the_end_is_told_to_whom_the_begin_was_told() -> None:
    over = told(kind=Kind.RECOVERED)
    assert notice_of(over, ALL).severity is Severity.INFO
    assert is_announced(notice_of(over, ALL))
    assert not is_announced(notice_of(over, BADGE))


def board() -> tuple[NoticeBoard, ManualClock, Screen]:
    notices, clock = NoticeBoard(EventBus()), ManualClock(NOW)
    return notices, clock, Screen(notices, clock)


def ids(notices: NoticeBoard) -> set[str]:
    return {notice.id for notice in notices.current()}


def test_what_passes_goes_by_itself_and_what_stands_stays() -> None:
    notices, clock, screen = board()
    screen.show(DISK, ALL)
    screen.show(told(id="b2", kind=Kind.RECOVERED), ALL)
    clock.advance(299)
    screen.tick()
    assert ids(notices) == {"alert.a1", "alert.b2"}
    clock.advance(2)
    screen.tick()
    assert ids(notices) == {"alert.a1"}
    screen.show(told(kind=Kind.RECOVERED), ALL)
    clock.jump_wall(-86_400)
    screen.tick()
    assert ids(notices) == set(), "a clock that is set back keeps nothing on the screen"


def test_one_that_comes_back_does_not_go_with_its_end() -> None:
    notices, clock, screen = board()
    screen.show(told(kind=Kind.RECOVERED), ALL)
    screen.show(DISK, ALL)
    clock.advance(1_000)
    screen.tick()
    assert ids(notices) == {"alert.a1"}


def test_a_group_stands_until_its_last_is_over() -> None:
    notices, _, screen = board()
    screen.show(told(id="group-a1", members=("a1", "b2")), ALL)
    screen.take_back("a1")
    assert ids(notices) == {"alert.group-a1"}
    screen.take_back("b2")
    assert ids(notices) == set()


def test_the_end_takes_ours_and_leaves_the_others() -> None:
    notices, _, screen = board()
    notices.set(Notice("keyring", Severity.ERROR, "K", "x"))
    screen.show(DISK, ALL)
    screen.close()
    assert ids(notices) == {"keyring"}
