"""What was done, out of a list that may hold the future, and may know less than this run of the application."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.backup.past import Memory, Pause, missing, past_of, troubles
from clawd_desktop.backup.records import BackupRecord, is_good
from clawd_desktop.backup.schedule import AHEAD_MS

NOW = 1_795_000_000_000
HOUR = 3_600_000


def good(at_ms: int, cause: str = "schedule", folder: str = "/b") -> BackupRecord:
    return BackupRecord(f"g{at_ms}", at_ms, cause, ok=True, path=f"{folder}/x", verified_ms=at_ms)


def bad(at_ms: int, cause: str = "schedule", text: str = "The disk is full.") -> BackupRecord:
    return BackupRecord(f"f{at_ms}", at_ms, cause, ok=False, text=text)


@pytest.mark.parametrize(
    ("records", "memory", "done", "tried", "failures"),
    [
        ([], Memory(), 0, 0, 0),
        ([good(NOW - 5), good(NOW - 9)], Memory(), NOW - 5, 0, 0),
        ([good(NOW - 9, "person")], Memory(), NOW - 9, 0, 0),
        ([bad(NOW - 1), bad(NOW - 2), good(NOW - 9)], Memory(), NOW - 9, NOW - 1, 2),
        # What failed before the last good one, or by hand, is over.
        ([good(NOW - 1), bad(NOW - 2)], Memory(), NOW - 1, 0, 0),
        ([bad(NOW - 1, "person"), good(NOW - 2)], Memory(), NOW - 2, 0, 0),
        # Found damaged, or never read back: there is no backup.
        ([BackupRecord("d", NOW - 1, "schedule", ok=True, path="/b/x", text="Damaged.")], Memory(), 0, 0, 0),
        # Some areas that were saved by hand.
        ([replace(good(NOW - 1, "person"), partial=True), good(NOW - 9)], Memory(), NOW - 9, 0, 0),
        # Noted before the clock was set back.
        ([good(NOW + 50 * HOUR), good(NOW - 9)], Memory(), NOW - 9, 0, 0),
        ([good(NOW + 50 * HOUR)], Memory(), NOW + 50 * HOUR, 0, 0),
        ([bad(NOW + 50 * HOUR), good(NOW - 9)], Memory(), NOW - 9, 0, 0),
        ([good(NOW + 50 * HOUR), bad(NOW - 1)], Memory(), NOW + 50 * HOUR, NOW - 1, 1),
        ([good(NOW + 50 * HOUR)], Memory(tried_ms=NOW - 1, failures=3), NOW + 50 * HOUR, NOW - 1, 3),
        # A list that could not be written.
        ([], Memory(done_ms=NOW - 3), NOW - 3, 0, 0),
        ([good(NOW - 9)], Memory(tried_ms=NOW - 1, failures=2, fault="No."), NOW - 9, NOW - 1, 2),
        ([bad(NOW - 1), good(NOW - 9)], Memory(tried_ms=NOW - 1, failures=1), NOW - 9, NOW - 1, 1),
        ([good(NOW - 1)], Memory(tried_ms=NOW - 2, failures=1), NOW - 1, 0, 0),
        # A person stopped it.
        ([good(NOW - 9)], Memory(left_ms=NOW - 4), NOW - 4, 0, 0),
    ],
)
def test_what_was_done(records: list[BackupRecord], memory: Memory, done: int, tried: int, failures: int) -> None:
    past = past_of(records, memory, Pause(7, 5), NOW)
    assert (past.done_ms, past.tried_ms, past.failures) == (done, tried, failures)
    assert (past.paused_until_ms, past.paused_ms, past.running) == (7, 5, False)
    assert past_of(records, memory, Pause(), NOW, running=True).running


def test_troubles_are_told_once_each() -> None:
    records = [bad(NOW - 1, text="C."), bad(NOW - 2, text="B."), bad(NOW - 3, text="C."), bad(NOW - 4, text="A."),
               bad(NOW - 5, text="0."), good(NOW - 9), bad(NOW - 10, text="Old.")]  # fmt: skip
    assert troubles(records, Memory(), NOW) == ("C.", "B.", "A.")
    assert troubles(records, Memory(tried_ms=NOW, failures=1, fault="Now."), NOW) == ("Now.", "C.", "B.")
    assert troubles([good(NOW)], Memory(tried_ms=NOW - 1, failures=1, fault="Over."), NOW) == ()


def test_places_that_lack_it() -> None:
    folders = ("/a", "/b")
    records = [good(NOW - 5, folder="/a"), good(NOW - 50, folder="/b")]
    assert missing(folders, records, NOW - 10, NOW) == ("/b",)
    assert missing(folders, records, NOW - 100, NOW) == folders, "each has one, and still somebody wants it"
    assert missing(folders, records, NOW - 1, NOW) == folders
    assert missing(folders, records, None, NOW) == folders
    ahead = [good(NOW + 50 * HOUR, folder="/a")]
    assert missing(folders, ahead, NOW - 1, NOW) == folders


moments = st.integers(NOW - 400 * HOUR, NOW + 400 * HOUR)


@given(st.lists(st.tuples(moments, st.booleans())), moments)
def test_a_backup_that_was_just_made_is_the_last_one(rows: list[tuple[int, bool]], now: int) -> None:
    """Whatever the clock did before: or it would be made again and again."""
    records = [good(at) if ok else bad(at) for at, ok in rows]
    for past in (
        past_of([*records, good(now)], Memory(), Pause(), now),
        past_of(records, Memory(done_ms=now), Pause(), now),
    ):
        assert now <= past.done_ms <= now + AHEAD_MS
        assert past.failures == sum(not ok and past.done_ms < at <= now + AHEAD_MS for at, ok in rows)
    assert all(is_good(record) == ok for record, (_, ok) in zip(records, rows, strict=True))
