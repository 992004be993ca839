"""Brings messages to one sink: in order, each within its limit, no more than a person can read."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, replace

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.operations.alert_sinks.port import Kind, Sink, Told

# The bound on any storm: so many messages in so many seconds per sink; what is beyond is told later as one.
MOST_TOLD = 12
WINDOW_S = 600.0
SAME_S = 30.0
MOST_WAITING = 20
MOST_LEFT = 200
SHOWN = 5
_log = logging.getLogger("clawd.alerts")


class Budget:
    """At most MOST_TOLD in WINDOW_S seconds, and the same words only once in SAME_S."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._spent: deque[float] = deque()
        self._said: dict[tuple[str, str, str], float] = {}

    def is_repeated(self, told: Told) -> bool:
        """Whether the same was said a moment ago; remembers it."""
        now = self._clock.monotonic()
        self._said = {words: at for words, at in self._said.items() if now - at < SAME_S}
        words = told.kind.value, told.title, told.text
        if words in self._said:
            return True
        self._said[words] = now
        return False

    def spend(self) -> bool:
        """Take one message of what is allowed; False when it is used up."""
        now = self._clock.monotonic()
        while self._spent and now - self._spent[0] >= WINDOW_S:
            self._spent.popleft()
        if len(self._spent) >= MOST_TOLD:
            return False
        self._spent.append(now)
        return True


class Left:
    """Messages that were held back, to be told together; the newest MOST_LEFT are remembered, all are counted."""

    def __init__(self) -> None:
        self._kept: deque[Told] = deque(maxlen=MOST_LEFT)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, told: Told) -> None:
        """Hold one back."""
        self._kept.append(told)
        self._count += 1

    def take(self, now_ms: int) -> Told | None:
        """All of them as one message; None when there are none."""
        if not self._count:
            return None
        kept, count = tuple(self._kept), self._count
        self._kept.clear()
        self._count = 0
        return kept[0] if count == 1 else digest(kept, count, now_ms)


def digest(messages: tuple[Told, ...], count: int, now_ms: int) -> Told:
    """One message that stands for `count`; those at hand are named, the newest SHOWN of them."""
    over = {told.id for told in messages if told.kind is Kind.RECOVERED}
    begun = {told.id: told for told in messages if told.kind in (Kind.RAISED, Kind.ESCALATED)}
    still = [told for told in begun.values() if told.id not in over]
    title = f"{count} messages that were held back"
    named = "; ".join(told.title for told in reversed(still[-SHOWN:]))
    rest = f", and {len(still) - SHOWN} more" if len(still) > SHOWN else ""
    lines = f"Still so: {named}{rest}." if still else "All of it is over."
    severity = max(told.severity for told in messages)
    members = tuple(told.id for told in still)
    return Told(Kind.DIGEST, "digest", "", severity, title, lines, now_ms, members=members)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one message to one sink went; `text` says what went wrong."""

    sink: str
    ok: bool
    text: str = ""


class Lane:
    """The way to one sink. `limit_s` bounds one message with all its tries, in seconds."""

    def __init__(self, name: str, sink: Sink, limit_s: float, clock: Clock, notices: NoticeBoard) -> None:
        self.name = name
        self._sink = sink
        self._limit_s = limit_s
        self._clock = clock
        self._notices = notices
        self._budget = Budget(clock)
        self._left = Left()
        self._waiting: deque[Told] = deque()
        self._task: asyncio.Task[None] | None = None

    def post(self, told: Told) -> None:
        """Tell it as soon as the ones before it are told; never waits."""
        if self._budget.is_repeated(told):
            return
        if len(self._waiting) >= MOST_WAITING or not self._budget.spend():
            self._left.add(told)
        else:
            self._enqueue(told)

    def hold(self, told: Told) -> None:
        """Tell it later, with what else is held back."""
        self._left.add(told)

    def tick(self) -> None:
        """Tell what was held back, when there is room for it."""
        if self._left and len(self._waiting) < MOST_WAITING and self._budget.spend():
            told = self._left.take(self._clock.wall_ms())
            if told is not None:
                self._enqueue(told)

    async def try_now(self, told: Told) -> Outcome:
        """Tell it at once, whatever was told before, and say how that went."""
        fault = await self._attempt(told)
        self._report(fault)
        return Outcome(self.name, not fault, fault)

    async def close(self) -> None:
        """Tell no more."""
        self._waiting.clear()
        await tasks.stop(self._task)

    def _enqueue(self, told: Told) -> None:
        self._waiting.append(told)
        if self._task is None or self._task.done():
            self._task = tasks.spawn(self._work(), name=f"tell {self.name}")

    async def _work(self) -> None:
        while self._waiting:
            self._report(await self._attempt(self._waiting.popleft()))

    async def _attempt(self, told: Told) -> str:
        """What went wrong, "" when nothing did. A sink that does not answer is left behind."""
        task = tasks.spawn(self._sent(told), name=f"sink {self.name}")
        try:
            await asyncio.wait({task}, timeout=self._limit_s)
        finally:
            if not task.done():
                task.cancel()
        if not task.done() or task.cancelled():
            return f"It did not answer within {self._limit_s:g} s."
        failure = task.exception()
        return task.result() if failure is None else f"It failed: {type(failure).__name__}."

    async def _sent(self, told: Told) -> str:
        try:
            await self._sink.send(told)
        except ClawdError as error:
            return error.sentence()
        return ""

    def _report(self, fault: str) -> None:
        notice_id = f"sink.{self.name}"
        if not fault:
            self._notices.clear(notice_id)
            return
        now = self._clock.wall_ms()
        title = f"Alerts do not reach {self.name}"
        known = next((one for one in self._notices.current() if one.id == notice_id), None)
        if known is None:
            _log.warning("%s: %s", title, fault)
        notice = Notice(notice_id, Severity.WARNING, title, fault, (NoticeAction("page:alerts", "Show"),), now)
        # Said once: what fails differently the next time changes the list, not the screen.
        self._notices.set(notice if known is None else replace(notice, announce=False))
