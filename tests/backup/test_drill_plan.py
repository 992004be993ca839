"""Which backup is tried out, and when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from clawd_desktop.backup.drill_plan import Drilled, choose, decide_drill, newest_of_each
from clawd_desktop.backup.retention import Held
from clawd_desktop.backup.schedule import Past, Plan, Surroundings
from clawd_desktop.backup.wall_times import WallPlan

BERLIN = ZoneInfo("Europe/Berlin")
PLAN = Plan(WallPlan("weekly", 300, frozenset({6}), zone=BERLIN))
CALM = Surroundings(9999)


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() * 1000)


def made(text: str, place: str = "disk") -> Held:
    return Held(text, at(text), 10, True, "schedule", place)


NOW = at("2026-11-26T12:00")
BACKUPS = [made("2026-11-25T03:30"), made("2026-11-26T03:30"), made("2026-11-20T03:30", "usb")]


def test_places_take_turns_and_of_each_the_newest_is_taken() -> None:
    drills: list[Drilled] = []
    order = []
    for number in range(4):
        found = choose(BACKUPS, drills, NOW)
        assert found is not None
        order.append(found.id)
        drills.append(Drilled(found.id, found.destination, NOW + number, True))
    assert order == ["2026-11-26T03:30", "2026-11-20T03:30", "2026-11-26T03:30", "2026-11-20T03:30"]
    assert choose([], drills, NOW) is None


def test_one_from_the_future_is_the_last_choice() -> None:
    future = made("2030-01-01T00:00")
    assert choose([*BACKUPS, future], [], NOW) == BACKUPS[1]
    assert choose([future], [], NOW) == future


def test_weekly_and_caught_up() -> None:
    def code(now: str, *drills: Drilled, backups: list[Held] = BACKUPS) -> tuple[bool, str, str]:
        found = decide_drill(PLAN, backups, drills, Past(), CALM, at(now))
        return found.start, found.code, found.why

    good = Drilled("x", "disk", at("2026-11-22T05:01"), True)
    assert code("2026-11-26T12:00", backups=[]) == (False, "waiting", "There is no backup to try out yet.")
    assert code("2026-11-26T12:00") == (True, "first", "No backup was tried out yet.")
    assert code("2026-11-26T12:00", good) == (False, "waiting", "Every Sunday at 05:00.")
    assert code("2026-11-29T05:00", good)[:2] == (True, "due")
    assert code("2026-12-01T12:00", good)[:2] == (True, "missed")
    bad = Drilled("x", "disk", at("2026-11-26T05:01"), False)
    assert code("2026-11-26T12:00", bad)[:2] == (False, "waiting"), "nothing new to try"
    newer = [*BACKUPS, made("2026-11-26T11:00")]
    assert code("2026-11-26T12:00", bad, backups=newer) == (
        True, "first", "The last one that was tried out was damaged, and there is a newer one.",
    )  # fmt: skip


def test_a_try_that_could_not_be_made_is_made_again_later() -> None:
    past = Past(tried_ms=NOW, failures=1)
    found = decide_drill(PLAN, BACKUPS, [], past, CALM, NOW + 1)
    assert (found.start, found.code, found.at_ms) == (False, "failed", NOW + 5 * 60_000)
    assert found.why.startswith("The last one could not be tried out")
    again = decide_drill(PLAN, BACKUPS, [], past, CALM, NOW + 5 * 60_000)
    assert (again.start, again.code) == (True, "retry")
    assert decide_drill(Plan(enabled=False), BACKUPS, [], past, CALM, NOW).why.startswith("Backups are not tried")
    assert decide_drill(PLAN, BACKUPS, [], Past(running=True), CALM, NOW).why == "A backup is being tried out."
    low = Surroundings(9999, on_battery=True, battery=0.1)
    assert decide_drill(PLAN, BACKUPS, [], Past(), low, NOW).code == "battery"


def test_of_each_place_the_newest() -> None:
    future = made("2030-01-01T00:00", "usb")
    assert newest_of_each([*BACKUPS, future], NOW) == (BACKUPS[1], BACKUPS[2])
    assert newest_of_each([future], NOW) == (future,)
    assert newest_of_each([], NOW) == ()
