"""Writes along what models are asked and answer while a run that is recorded goes on; others pass through untouched."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import cast

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Message
from clawd_desktop.core.ports import ModelEvent, ModelRequest, Models
from clawd_desktop.core.recorded import RecordedCall, RecordedEnd, RecordedFault, RecordedRun

MOST_EVENTS = 50_000


class RunRecord:
    """What is known so far of one run that goes on. `full` says that it became too long to be kept."""

    def __init__(self) -> None:
        self._calls: list[tuple[ModelRequest, list[tuple[float, ModelEvent]]]] = []
        self._faults: dict[int, RecordedFault] = {}
        self._stored: list[Message] = []
        self._events = 0

    @property
    def full(self) -> bool:
        """Whether it became too long."""
        return self._events > MOST_EVENTS

    def asked(self, request: ModelRequest) -> Callable[[float, ModelEvent], None]:
        """Begin a question; what is returned takes the events of its answer."""
        answer: list[tuple[float, ModelEvent]] = []
        self._calls.append((request, answer))

        def add(after_s: float, event: ModelEvent) -> None:
            self._events += 1
            if not self.full:
                answer.append((after_s, event))

        return add

    def broke(self, error: ClawdError) -> None:
        """The newest question could not be answered."""
        self._faults[len(self._calls) - 1] = RecordedFault(error.code, error.message, error.hint)

    def stored(self, message: Message) -> None:
        """The run wrote a message into its conversation."""
        if message.role != "user":
            self._stored.append(message)

    def finished(self, run_id: str, session_key: str, end: RecordedEnd) -> RecordedRun:
        """The whole run."""
        calls = tuple(
            RecordedCall(request, tuple(answer), self._faults.get(number))
            for number, (request, answer) in enumerate(self._calls)
        )
        return RecordedRun(run_id, session_key, calls, tuple(self._stored), end)


def no_record(session_key: str) -> RunRecord | None:
    """Nothing is recorded."""
    return None


class RecordingModels:
    """Fulfils core.ports.Models with `inner`; `record_of` gives the record of the run of a session, if there is one."""

    def __init__(self, inner: Models, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self.record_of: Callable[[str], RunRecord | None] = no_record

    def stream(self, request: ModelRequest, *, override: str | None = None) -> AsyncGenerator[ModelEvent, None]:
        """The inner answer, unchanged."""
        answer = cast(AsyncGenerator[ModelEvent, None], self._inner.stream(request, override=override))
        record = self.record_of(request.session_key)
        return answer if record is None else self._written_along(request, answer, record)

    async def _written_along(
        self, request: ModelRequest, answer: AsyncGenerator[ModelEvent, None], record: RunRecord
    ) -> AsyncGenerator[ModelEvent, None]:
        add, since, now = record.asked(request), self._clock.monotonic(), self._clock.monotonic
        try:
            async with aclosing(answer):
                async for event in answer:
                    add(now() - since, event)
                    yield event
        except ClawdError as error:
            record.broke(error)
            raise
