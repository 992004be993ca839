"""Runs that HTTP clients wait for: at most so many at once, followed while they speak, stopped when nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.runs import Outcome, RunState, Submission
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.events import RunAborted, RunEvent, RunFailed, RunFinished, RunText
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.http.routes import Ask
from clawd_desktop.gateway.http.stream import ClientGone

RETRY_S = 2.0
PAUSED_RETRY_S = 60.0


class Busy(Unavailable):
    """No further run is taken on now; `wait` is in how many seconds another try makes sense."""

    code = "busy"

    def __init__(self, message: str, *, wait: float, code: str = "busy") -> None:
        super().__init__(message, code=code)
        self.wait = wait


class Followed:
    """One run as its client hears it; `text` is all that was said so far, `outcome` how it ended."""

    def __init__(self, most_unsent: int, too_slow: Callable[[], object]) -> None:
        self.text = ""
        self.outcome: Outcome | None = None
        self.gone = False
        self._most_unsent = most_unsent
        self._too_slow = too_slow
        self._unsent: list[str] = []
        self._size = 0
        self._news = asyncio.Event()

    def said(self, event: RunText) -> None:
        """More was said. After a tool a new message begins, set apart by an empty line."""
        begins = bool(self.text) and event.text == event.delta
        self._add(f"\n\n{event.delta}" if begins else event.delta)

    def ended(self, outcome: Outcome) -> None:
        """The run is over."""
        if not self.text and outcome.message is not None:
            self._add(outcome.message.text)
        self.outcome = outcome
        self._news.set()

    def leave(self) -> None:
        """Nobody listens any more."""
        self.gone = True
        self._news.set()

    async def begun(self) -> None:
        """Wait until something was said or the run is over. Raises ClientGone."""
        while not self._unsent and self.outcome is None and not self.gone:
            await self._wait()
        self._check()

    async def pieces(self) -> AsyncIterator[str]:
        """What is said, until the run is over. Raises ClientGone."""
        while True:
            self._check()
            if self._unsent:
                piece, self._unsent, self._size = "".join(self._unsent), [], 0
                yield piece
            elif self.outcome is not None:
                return
            else:
                await self._wait()

    async def over(self) -> Outcome:
        """How the run ended, waiting for that. Raises ClientGone."""
        while self.outcome is None and not self.gone:
            await self._wait()
        self._check()
        if self.outcome is None:
            raise ClientGone("The client has gone.")
        return self.outcome

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _check(self) -> None:
        if self.gone:
            raise ClientGone("The client has gone.")

    def _add(self, piece: str) -> None:
        self.text += piece
        self._unsent.append(piece)
        self._size += len(piece.encode())
        if self._size > self._most_unsent:
            self._too_slow()
            self.leave()
        self._news.set()


class RunDesk:
    """Starts runs for HTTP clients and follows them."""

    def __init__(self, assistant: Assistant, bus: EventBus, clock: Clock, limits: Callable[[], Limits]) -> None:
        self._assistant = assistant
        self._clock = clock
        self._limits = limits
        self._followed: dict[str, Followed] = {}
        self._undo = (
            bus.subscribe(RunText, self._said),
            bus.subscribe(RunFinished, self._ended),
            bus.subscribe(RunFailed, self._ended),
            bus.subscribe(RunAborted, self._ended),
        )

    def close(self) -> None:
        """Follow nothing more."""
        for unsubscribe in self._undo:
            unsubscribe()

    @property
    def seconds(self) -> float:
        """How long one piece of an answer may take to go out."""
        return self._limits().request

    @asynccontextmanager
    async def follow(self, submission: Submission, ask: Ask) -> AsyncIterator[Followed]:
        """Start a run for the client that asked; it is stopped when the block is left before its end.

        Raises Busy when no further one is taken on, and what the assistant raises for the submission.
        """
        self._admit()
        line = ask.line
        followed = Followed(self._limits().buffered, line.cut if line is not None else lambda: None)
        gone = line.gone() if line is not None else asyncio.get_running_loop().create_future()

        def left(_: asyncio.Future[None]) -> None:
            followed.leave()

        gone.add_done_callback(left)
        self._followed[submission.run_id] = followed
        try:
            await self._assistant.submit(submission)
            yield followed
        finally:
            del self._followed[submission.run_id]
            gone.remove_done_callback(left)
            if followed.outcome is None:
                self._assistant.abort(submission.session_key, submission.run_id)

    def _admit(self) -> None:
        most = self._limits().http_runs
        if len(self._followed) >= most:
            raise Busy(f"{most} answers are being written over HTTP already; try again in a moment.", wait=RETRY_S)
        until = self._assistant.pauses.until_ms
        if until is not None:
            left = (until - self._clock.wall_ms()) / 1000 if until else PAUSED_RETRY_S
            raise Busy("The assistant is paused by its owner.", wait=max(1.0, left), code="paused")

    def _said(self, event: RunText) -> None:
        followed = self._followed.get(event.run_id)
        if followed is not None:
            followed.said(event)

    def _ended(self, event: RunEvent) -> None:
        followed, run = self._followed.get(event.run_id), self._assistant.find(event.run_id)
        if followed is not None and run is not None and run.outcome is not None:
            followed.ended(run.outcome)


def answered(outcome: Outcome) -> bool:
    """Whether the run came to an answer."""
    return outcome.state is RunState.OK
