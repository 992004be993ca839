"""What becomes of alerts: they begin, come back, end, and are told when that is due; also when the clock jumps."""

from __future__ import annotations

import time

import pytest
from measured import Measured

from clawd_desktop.config.schema.monitoring import Monitoring
from clawd_desktop.core.errors import NotFound
from clawd_desktop.operations.alert_book import MOST_OPEN, AlertBook, State, elapsed
from clawd_desktop.operations.alert_rules import RuleSet, merged
from clawd_desktop.operations.alert_store import Kept
from clawd_desktop.operations.alerts import Cleared, Raised

NOW = 1_760_000_000_000
RULES = merged(Monitoring())
DISK = RULES.get("disk.low")
KEY = "system.diskFree"
HOUR = 3_600_000


def raised(key: str = KEY, value: float = 1.0) -> Raised:
    return Raised(DISK, key, value, NOW)


def states(book: AlertBook, now: int, rules: RuleSet = RULES, escalate_ms: int = 0) -> list[State]:
    return [one.state for one in book.due(rules, now, escalate_ms)]


def test_it_begins_and_is_told_once() -> None:
    book = AlertBook(Kept())
    (news,) = book.take((raised(),), NOW)
    assert (news.state, news.tell) == (State.RAISED, False)
    assert states(book, NOW) == [State.RAISED]
    assert states(book, NOW + HOUR) == []
    over = book.take((Cleared(DISK, KEY, 9.0),), NOW + 5)[0]
    assert (over.state, over.tell, over.alert.ended_ms) == (State.OVER, True, NOW + 5)
    assert book.kept.past == [over.alert]


def test_one_that_was_never_told_ends_in_silence() -> None:
    book = AlertBook(Kept())
    book.take((raised(),), NOW)
    assert not book.take((Cleared(DISK, KEY, 9.0),), NOW + 1)[0].tell


def test_one_that_comes_back_soon_is_the_same_one_and_told_after_the_cooldown() -> None:
    book = AlertBook(Kept())
    first = book.take((raised(),), NOW)[0].alert
    book.due(RULES, NOW, 0)
    book.take((Cleared(DISK, KEY, 9.0),), NOW + 1)
    (again,) = book.take((raised(),), NOW + 2)
    assert (again.state, again.alert.id, again.alert.flaps) == (State.AGAIN, first.id, 1)
    assert book.kept.past == []
    assert states(book, NOW + HOUR - 1) == []
    assert states(book, NOW + HOUR) == [State.RAISED]
    book.take((Cleared(DISK, KEY, 9.0),), NOW + HOUR + 1)
    (later,) = book.take((raised(),), NOW + 3 * HOUR)
    assert (later.state, later.alert.id != first.id) == (State.RAISED, True)


@pytest.mark.parametrize("jump", [-10 * HOUR, 10 * HOUR])
def test_a_clock_that_jumps_neither_ends_nor_silences_anything(jump: int) -> None:
    book = AlertBook(Kept())
    book.take((raised(),), NOW)
    book.due(RULES, NOW, 0)
    assert len(book.kept.open) == 1
    book.take((Cleared(DISK, KEY, 9.0),), NOW + jump)
    (past,) = book.kept.past
    assert past.ended_ms >= past.raised_ms
    book.take((raised(),), NOW + jump + 1)
    assert states(book, NOW + jump + 1) == [State.RAISED]


def test_escalation_is_once_and_not_for_what_is_taken_care_of() -> None:
    book = AlertBook(Kept())
    alert = book.take((raised(), raised("channel.up{b}")), NOW)[1].alert
    book.due(RULES, NOW, 5_000)
    book.acknowledge(book.get(alert.id), "me", NOW + 1)
    assert states(book, NOW + 4_999, escalate_ms=5_000) == []
    assert states(book, NOW + 5_000, escalate_ms=5_000) == [State.ESCALATED]
    assert states(book, NOW + 50_000, escalate_ms=5_000) == []


def test_a_snooze_silences_and_its_end_speaks() -> None:
    book = AlertBook(Kept())
    book.take((raised(),), NOW)
    book.due(RULES, NOW, 0)
    assert [one.state for one in book.snooze("disk.low", NOW + 2 * HOUR)] == [State.SNOOZED]
    assert states(book, NOW + 2 * HOUR - 1) == []
    assert states(book, NOW + 2 * HOUR) == [State.RAISED]
    assert book.kept.snoozed == {}
    book.snooze("disk.low", NOW + 9 * HOUR)
    book.snooze("disk.low", 0)
    assert book.kept.snoozed == {}


def test_a_hundred_thousand_are_bounded_and_quick() -> None:
    book = AlertBook(Kept())
    many = tuple(raised(f"channel.up{{c{number}}}") for number in range(100_000))
    began = time.perf_counter()
    news = book.take(many, NOW)
    told = book.due(RULES, NOW, 0)
    seconds = time.perf_counter() - began
    assert (len(news), len(told), len(book.kept.open), book.beyond) == (MOST_OPEN, MOST_OPEN, MOST_OPEN, 99_000)
    assert seconds < 1.0
    book.take((Cleared(DISK, "channel.up{c5}", 1),), NOW)
    assert book.beyond == 0
    assert len(book.take(many[MOST_OPEN:], NOW)) == 1, "there is room for one"


def test_the_worst_value_is_remembered_and_what_is_gone_is_named() -> None:
    book, history = AlertBook(Kept()), Measured()
    book.take((raised(value=5.0),), NOW)
    for value, worst in ((7.0, 5.0), (3.0, 3.0), (4.0, 3.0)):
        history.add(KEY, NOW, value)
        assert book.look(history, 100.0) == []
        assert book.kept.open["disk.low", KEY].worst == worst
    history.miss(KEY)
    assert book.look(history, 200.0) == []
    assert [alert.key for alert in book.look(history, 100.0 + 86_400)] == [KEY]


def test_found_by_its_id_or_not() -> None:
    book = AlertBook(Kept())
    alert = book.take((raised(),), NOW)[0].alert
    assert book.get(alert.id) == alert
    book.end(alert, "", NOW)
    assert book.get(alert.id).ended_ms
    with pytest.raises(NotFound, match="no alert 'nope'"):
        book.get("nope")


def test_how_long_ago() -> None:
    assert elapsed(10, 4) == 6
    assert elapsed(10, 0) == elapsed(4, 10) == float("inf")
