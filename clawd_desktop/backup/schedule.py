"""Decides whether a backup starts now, and otherwise when, and why; does no I/O and takes the time as an argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal, TypeAlias

from clawd_desktop.backup.wall_times import HOUR_MS, WallPlan, after, upto, words

MINUTE_MS = 60_000
SETTLE_S = 60.0
# What was missed is not caught up when its next turn is so near anyway.
GRACE_MS = HOUR_MS
# How far ahead a note of the past may lie before the clock is taken to have been set back.
AHEAD_MS = HOUR_MS
# Source of battery and metered: Vorta's rules.
LOOK_AGAIN_MS = 15 * MINUTE_MS
_GAPS_MS = tuple(minutes * MINUTE_MS for minutes in (5, 15, 45, 120, 360))
FOREVER_MS = 1 << 62

Battery: TypeAlias = Literal["always", "unlessLow", "never"]
Code: TypeAlias = Literal[
    "off", "running", "paused", "waiting", "due", "missed", "first", "retry", "failed", "settling", "battery",
    "metered", "offline",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """When backups are made, and when not. `remote` says that they leave this computer.

    `on_battery` is what to do without mains; below `low_battery` (0 to 1) it is low. A metered network, and none at
    all, only matter to a plan that is remote.
    """

    when: WallPlan = field(default_factory=WallPlan)
    enabled: bool = True
    on_battery: Battery = "unlessLow"
    low_battery: float = 0.3
    on_metered: bool = False
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What was done, in ms since the epoch (0: never). `done_ms` is when the last good one began, of any cause.

    `tried_ms` is when the last one ended that failed, `failures` how many failed since the last good one,
    `paused_until_ms` until when somebody wants none (FOREVER_MS: until they say so), since `paused_ms`.
    """

    done_ms: int = 0
    tried_ms: int = 0
    failures: int = 0
    paused_until_ms: int = 0
    paused_ms: int = 0
    running: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The computer now. `settled_s` are seconds since it started, woke up or found its network, the last of these.

    `battery` is 0 to 1; None stands for what nobody knows, and holds nothing back.
    """

    settled_s: float = SETTLE_S
    on_battery: bool | None = None
    battery: float | None = None
    metered: bool | None = None
    online: bool | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`start` now, or else look again at `at_ms` (None: only when something changes); `why` is for a person.

    `due_ms` is the moment that this is about: the one that is missed, or the next.
    """

    start: bool
    at_ms: int | None
    code: Code
    why: str
    due_ms: int | None = None


def decide(plan: Plan, past: Past, around: Surroundings, now_ms: int) -> Decision:
    """What to do now. Ask again at its time, when an argument has changed, and each hour, as the clock may be set."""
    if not plan.enabled:
        return Decision(False, None, "off", "Planned backups are switched off.")
    if past.running:
        return Decision(False, None, "running", "A backup is being made.")
    if (paused := _paused(past, now_ms)) is not None:
        return paused
    want = _wanted(plan, past, now_ms)
    return _hindered(plan, around, now_ms, want) if want.start else want


def _paused(past: Past, now_ms: int) -> Decision | None:
    if past.paused_until_ms >= FOREVER_MS:
        return Decision(False, None, "paused", "Planned backups are paused until you resume them.")
    # A pause of an hour is no pause of a year because somebody set the clock back by one.
    if past.paused_until_ms <= now_ms or past.paused_ms > now_ms + AHEAD_MS:
        return None
    return Decision(False, past.paused_until_ms, "paused", "Planned backups are paused.", past.paused_until_ms)


def _wanted(plan: Plan, past: Past, now_ms: int) -> Decision:
    """What the plan and the past ask for, were there no hindrance."""
    coming, last = after(plan.when, now_ms), upto(plan.when, now_ms)
    if past.failures and past.tried_ms <= now_ms + AHEAD_MS:
        again = past.tried_ms + gap_ms(past.failures)
        if again > now_ms:
            why = f"The last {_times(past.failures)} failed; it is tried again, each time a little later."
            return Decision(False, again, "failed", why, again)
        return Decision(True, now_ms, "retry", f"The last {_times(past.failures)} failed; it is tried again.", last)
    if past.done_ms <= 0:
        return Decision(True, now_ms, "first", "There is no backup yet.", last)
    if past.done_ms > now_ms + AHEAD_MS:
        return Decision(True, now_ms, "missed", "The last backup lies in the future: the clock was set back.", last)
    if last is None or last <= past.done_ms:
        return Decision(False, coming, "waiting", f"{words(plan.when)}.", coming)
    if now_ms - last < LOOK_AGAIN_MS:
        return Decision(True, now_ms, "due", f"{words(plan.when)}.", last)
    missed = f"It was missed at {_shown(last, plan.when.zone)}, when it could not be made"
    if coming is not None and coming - now_ms <= GRACE_MS:
        return Decision(False, coming, "waiting", f"{missed}; its next turn is near.", coming)
    return Decision(True, now_ms, "missed", f"{missed}; it is caught up.", last)


def _hindered(plan: Plan, around: Surroundings, now_ms: int, want: Decision) -> Decision:
    """The same, unless something speaks against starting right now."""
    again = now_ms - now_ms % LOOK_AGAIN_MS + LOOK_AGAIN_MS
    if why := _on_battery(plan, around):
        return Decision(False, again, "battery", f"{why}; it is made as soon as there is power.", want.due_ms)
    if plan.remote and around.online is False:
        why = "There is no network; it is made as soon as there is one."
        return Decision(False, again, "offline", why, want.due_ms)
    if plan.remote and around.metered and not plan.on_metered:
        why = "The network is metered; it is made as soon as there is another."
        return Decision(False, again, "metered", why, want.due_ms)
    if (rest_s := SETTLE_S - around.settled_s) > 0:
        why = f"{want.why} It begins a minute after the computer started, woke up or found its network."
        return Decision(False, now_ms + round(rest_s * 1000), "settling", why, want.due_ms)
    return want


def _on_battery(plan: Plan, around: Surroundings) -> str:
    if not around.on_battery or plan.on_battery == "always":
        return ""
    if plan.on_battery == "never":
        return "The computer runs on battery"
    low = around.battery is not None and around.battery < plan.low_battery
    return f"The battery is at {around.battery:.0%}" if low else ""


def gap_ms(failures: int) -> int:
    """How long to wait after so many failures in a row: longer each time, at most 6 hours."""
    return _GAPS_MS[min(max(failures, 1), len(_GAPS_MS)) - 1]


def _times(failures: int) -> str:
    return "backup" if failures == 1 else f"{failures} backups"


def _shown(moment_ms: int, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(moment_ms / 1000, zone):%Y-%m-%d %H:%M}"
