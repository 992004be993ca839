"""The assistant as everybody sees it: takes messages, answers them in order, can be stopped, paused and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.agent.command_desk import CommandDesk
from clawd_desktop.agent.commands import Command, Verb, parse
from clawd_desktop.agent.pause import PauseSwitch
from clawd_desktop.agent.queue import Lanes
from clawd_desktop.agent.runner import Runner
from clawd_desktop.agent.runs import Outcome, Run, RunRegistry, RunState, Submission
from clawd_desktop.agent.turn import TIMEOUT
from clawd_desktop.config.schema import Config
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, Busy, ClawdError, Refused, Unavailable
from clawd_desktop.core.events import RunAborted, RunFailed, RunFinished, RunQueued
from clawd_desktop.core.messages import Message, Text, Usage, user_message
from clawd_desktop.core.ports import Admission
from clawd_desktop.core.values import JsonObject, as_int
from clawd_desktop.storage.session_keys import canonical
from clawd_desktop.storage.sessions import SessionStore

SHUTDOWN = "shutdown"
DEFAULT_TIMEOUT_S = 600.0
TITLE_LENGTH = 60
# Each waiting message costs memory and, when its turn comes, money: a client that runs wild is stopped here.
MOST_RUNS = 256
BROKE_DOWN = "The assistant broke down while answering; the log says why. Send the message again."


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a submission: "started", "in_flight", "ok", "error" or "aborted"; `stopped` names stopped runs."""

    run_id: str
    status: str
    outcome: Outcome | None = None
    stopped: tuple[str, ...] = ()
    is_stop: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message that was written into a conversation, and its id in the transcript."""

    message_id: str
    message: Message


class Assistant:
    """Answers messages: one at a time per conversation, and as many at once over all as `admit_by` gives room for."""

    def __init__(
        self,
        store: SessionStore,
        runner: Runner,
        config: Callable[[], Config],
        window: Callable[[str | None], int],
        bus: EventBus,
        clock: Clock,
        desk: CommandDesk,
    ) -> None:
        self._store = store
        self._runner = runner
        self._config = config
        self._window = window
        self._bus = bus
        self._clock = clock
        self._desk = desk
        self._lanes = Lanes()
        self._registry = RunRegistry(clock)
        self._repaired: set[str] = set()
        self.pauses = PauseSwitch(self._lanes, bus, clock)

    def admit_by(self, admission: Admission) -> None:
        """Let turns begin from now on when there is room for them; nothing limits their number before."""
        self._lanes.admission = admission

    # Taking messages.

    async def submit(self, submission: Submission) -> Receipt:
        """Store the message durably and start answering it; returns before the answer.

        The same `run_id` again starts nothing and says how the first one stands. Commands and stop words are carried
        out at once, where the submission allows them. Raises StorageFault when the message could not be stored,
        BadInput when it is empty, Refused when the session does not take messages, Busy when too many wait already.
        """
        known = self._registry.get(submission.run_id)
        if known is not None:
            return _receipt(known)
        key = self.canonical(submission.session_key)
        self._check(submission, key)
        if submission.commands:
            command = parse(submission.text, tuple(self._config().session.reset_triggers or ()))
            if command is not None:
                return self._command(submission, key, command)
        return await self._start(submission, key)

    def canonical(self, session_key: str) -> str:
        """The one name of a session, whatever a client calls it."""
        config = self._config()
        return canonical(session_key, config.agents.default_id, config.session.main_key or "main")

    def _check(self, submission: Submission, key: str) -> None:
        if not submission.text.strip() and not submission.images:
            raise BadInput("The message is empty.", hint="Write something or attach a picture.")
        entry = self._store.entry(key)
        if entry is not None and entry.send_policy == "deny":
            raise Refused("send blocked by session policy", hint="Set the session's sendPolicy to allow.")

    async def _start(self, submission: Submission, key: str) -> Receipt:
        if len(self._registry.going_on()) >= MOST_RUNS:
            raise Busy(f"{MOST_RUNS} messages are being answered already.", hint="Send it again in a moment.")
        own = user_message(submission.text, now_ms=self._clock.wall_ms(), images=submission.images)
        run = Run(submission, key, own)
        self._registry.add(run)
        stored = False
        try:
            if key not in self._repaired:
                # A crash between a tool call and its result leaves a history that providers refuse.
                await self._store.repair_interrupted(key)
                self._repaired.add(key)
            await self._store.append(key, own, run.id)
            stored = True
        finally:
            if not stored:
                self._registry.discard(run)
        await self._describe(run)
        if run.is_over:  # it was stopped while it was stored
            return _receipt(run)
        self._bus.publish(RunQueued(run.id, key, 0))
        run.task = tasks.spawn(self._answer(run), name=f"run {run.id}")
        return Receipt(run.id, "started")

    async def _describe(self, run: Run) -> None:
        if run.submission.kind == "system":
            return
        entry = self._store.entry(run.session_key)
        facts: JsonObject = {"chatType": "direct"}
        if run.submission.by_owner:  # no answer ever goes back to where a hook came from
            facts["lastChannel"] = run.submission.origin
        title = (run.submission.title or run.own.text).split()
        if entry is not None and not entry.title and title:
            facts["derivedTitle"] = " ".join(title)[:TITLE_LENGTH]
        await self._store.touch(run.session_key, facts)

    def _command(self, submission: Submission, key: str, command: Command) -> Receipt:
        if command.verb is Verb.STOP:
            return Receipt(submission.run_id, "ok", stopped=tuple(self.abort(key, reason="stop")), is_stop=True)
        if command.verb is Verb.RESET:
            self.abort(key, reason="stop")
        run = Run(submission, key, user_message(submission.text, now_ms=self._clock.wall_ms()), RunState.RUNNING)
        self._registry.add(run)
        run.task = tasks.spawn(self._obey(run, command), name=f"command {command.verb} {run.id}")
        return Receipt(run.id, "started")

    async def _obey(self, run: Run, command: Command) -> None:
        """Carry a command out; the rest of "/new rest" is then answered as a message of its own."""
        await asyncio.sleep(0)
        run.started_at = self._clock.wall_ms()
        facts = {"running": len(self._registry.going_on(run.session_key)) - 1, "waiting": self._lanes.waiting}
        try:
            reply = await self._desk.carry_out(command, run.session_key, facts)
            if command.verb is Verb.RESET and command.rest:
                run.own = user_message(command.rest, now_ms=self._clock.wall_ms())
                await self._store.append(run.session_key, run.own, run.id)
                await self._describe(run)
                await self._answer(run)
                return
            await self._store.append(run.session_key, run.own, run.id)
            said = await self.say(run.session_key, reply, run_id=run.id)
            run.end(Outcome(RunState.OK, run.started_at, self._clock.wall_ms(), said.message))
        finally:
            if not run.is_over:
                self._broke_down(run)

    async def say(self, session_key: str, text: str, *, run_id: str) -> Spoken:
        """Write an assistant message that no model made, and show it. Raises StorageFault."""
        now = self._clock.wall_ms()
        message = Message("assistant", (Text(text),), now, stop_reason="injected", usage=Usage())
        message_id = await self._store.append(session_key, message, run_id)
        self._bus.publish(RunFinished(run_id, session_key, 0, message, Usage(), "", "", now, now))
        return Spoken(message_id, message)

    # Answering.

    async def _answer(self, run: Run) -> None:
        timeout = run.submission.timeout_s or self._config().agents.defaults.timeout_seconds or DEFAULT_TIMEOUT_S
        timer = asyncio.get_running_loop().call_later(min(timeout, 86_400), self._expire, run)
        try:
            # Whoever submitted it gets the acknowledgement before the first event.
            await asyncio.sleep(0)
            # A person waits for the answer; what programs report can wait a little longer.
            async with self._lanes.turn(run.session_key, priority=int(run.submission.by_owner)):
                entry = self._store.entry(run.session_key)
                window = self._window(run.submission.model or (entry.model_override if entry else None))
                await self._runner.run(run, window=window, not_yet=lambda: self._not_yet(run))
        except asyncio.CancelledError:
            await self._mark_stopped(run)
            raise
        except Busy as refused:
            if not run.is_over:
                self._fail(run, refused)
        finally:
            timer.cancel()
            if not run.is_over:
                self._broke_down(run)
        await self._record(run)

    def _not_yet(self, run: Run) -> tuple[Message, ...]:
        return tuple(
            other.own
            for other in self._registry.going_on(run.session_key)
            if other is not run and other.state is RunState.QUEUED
        )

    def _expire(self, run: Run) -> None:
        self.abort(run.session_key, run.id, reason=TIMEOUT)

    def _broke_down(self, run: Run) -> None:
        self._fail(run, Unavailable(BROKE_DOWN, code="agent.broke_down"))

    def _fail(self, run: Run, fault: ClawdError) -> None:
        now, sentence = self._clock.wall_ms(), fault.sentence()
        run.end(Outcome(RunState.ERROR, run.started_at, now, sentence=sentence, code=fault.code))
        self._bus.publish(RunFailed(run.id, run.session_key, run.next_seq(), sentence, fault.code, run.started_at, now))

    async def _mark_stopped(self, run: Run) -> None:
        """Clients show that somebody stopped the last answer. One that never began, or ends with us, is none."""
        if run.started_at and run.outcome is not None and run.outcome.code != SHUTDOWN:
            await asyncio.shield(self._store.touch(run.session_key, {"abortedLastRun": True}))

    async def _record(self, run: Run) -> None:
        outcome = run.outcome
        if outcome is None or not outcome.provider:
            return
        entry = self._store.entry(run.session_key)
        before = entry.raw if entry else {}
        used = outcome.usage
        last = outcome.message.usage if outcome.message is not None and outcome.message.usage is not None else used
        await self._store.touch(
            run.session_key,
            {
                "inputTokens": as_int(before.get("inputTokens")) + used.input,
                "outputTokens": as_int(before.get("outputTokens")) + used.output,
                # Clients show it as what fills the context: what the last call read, not what all have cost.
                "totalTokens": last.total - last.output or as_int(before.get("totalTokens")),
                "modelProvider": outcome.provider,
                "model": outcome.model,
                "abortedLastRun": False,
            },
        )

    # Stopping and waiting.

    def abort(self, session_key: str, run_id: str | None = None, *, reason: str = "rpc") -> list[str]:
        """Stop the session's runs (or the one named) at once; returns the ids of those that were stopped.

        Raises BadInput when the run belongs to another session.
        """
        key = self.canonical(session_key)
        named = self._registry.get(run_id) if run_id is not None else None
        if named is not None and named.session_key != key:
            raise BadInput("runId does not match sessionKey")
        runs = [run for run in self._registry.going_on(key) if run_id is None or run is named]
        for run in runs:
            self._stop(run, reason)
        return [run.id for run in runs]

    def _stop(self, run: Run, reason: str) -> None:
        run.end(Outcome(RunState.ABORTED, run.started_at, self._clock.wall_ms(), code=reason))
        self._bus.publish(RunAborted(run.id, run.session_key, run.next_seq(), reason))
        if run.task is not None:
            run.task.cancel()

    def lingers(self, run_id: str) -> bool:
        """Whether a run that is over still holds its conversation, because it has not ended its work yet."""
        run = self._registry.get(run_id)
        return run is not None and run.is_over and run.task is not None and not run.task.done()

    async def wait(self, run_id: str, timeout_s: float) -> Outcome | None:
        """How the run ended, or None when it is unknown or does not end within `timeout_s` seconds."""
        run = self._registry.get(run_id)
        if run is None:
            return None
        try:
            async with asyncio.timeout(timeout_s):
                await run.ended.wait()
        except TimeoutError:
            return run.outcome
        return run.outcome

    def find(self, run_id: str) -> Run | None:
        """The run of that id, while it is remembered."""
        return self._registry.get(run_id)

    def running(self, session_key: str | None = None) -> tuple[Run, ...]:
        """Runs that are queued or running, of one session or of all."""
        return self._registry.going_on(session_key)

    @property
    def queued(self) -> int:
        """How many runs wait for a place."""
        return self._lanes.waiting

    async def close(self, timeout_s: float = 3.0) -> None:
        """Stop every run, keep what was said, and wait at most `timeout_s` seconds for the transcripts."""
        self.pauses.close()
        runs = self._registry.going_on()
        for run in runs:
            self._stop(run, SHUTDOWN)
        pending = {run.task for run in runs if run.task is not None}
        if pending:
            await asyncio.wait(pending, timeout=timeout_s)


def _receipt(run: Run) -> Receipt:
    if run.outcome is None:
        return Receipt(run.id, "in_flight")
    return Receipt(run.id, run.outcome.state.value, run.outcome)
