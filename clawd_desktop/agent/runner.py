"""Carries out what `turn.py` decides: asks the model, stores messages, runs tools, tells the bus."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import cast

from clawd_desktop.agent.briefing import Briefing
from clawd_desktop.agent.model_calls import CallWatch, ModelCall
from clawd_desktop.agent.prompt import fit, part_tokens, system_prompt, usable
from clawd_desktop.agent.runs import Outcome, Run, RunState
from clawd_desktop.agent.system_events import SystemEvents
from clawd_desktop.agent.tool_runner import ToolRunner
from clawd_desktop.agent.turn import (
    Abort,
    Action,
    Began,
    CallModel,
    Fail,
    Happening,
    ModelBroke,
    Reply,
    RunTools,
    Say,
    Stopped,
    Store,
    ToolsEnded,
    Turn,
    step,
)
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import (
    RunFailed,
    RunFinished,
    RunModel,
    RunModelEnded,
    RunPrompted,
    RunStarted,
    RunText,
    RunTool,
    ToolPhase,
)
from clawd_desktop.core.messages import Message, ToolCall, user_message
from clawd_desktop.core.ports import (
    ModelChosen,
    ModelEvent,
    ModelRequest,
    Models,
)
from clawd_desktop.storage.sessions import SessionStore

_log = logging.getLogger("clawd.agent")
ANSWER_SHARE = 0.25  # Of the context window, kept free for the answer.
MAX_ANSWER_TOKENS = 8192


class Runner:
    """Runs one turn after the other; holds no state of its own between turns."""

    def __init__(
        self,
        store: SessionStore,
        models: Models,
        tools: ToolRunner,
        briefing: Briefing,
        events: SystemEvents,
        bus: EventBus,
        clock: Clock,
    ) -> None:
        self._store = store
        self._models = models
        self._tools = tools
        self._briefing = briefing
        self._events = events
        self._bus = bus
        self._clock = clock

    async def run(self, run: Run, *, window: int, not_yet: Callable[[], tuple[Message, ...]]) -> None:
        """Answer the run's message. Ends the run, also when it is cancelled; raises nothing but CancelledError.

        `window` is the context window in tokens of the model that will probably answer; `not_yet` are the messages of
        the session whose own turns come later.
        """
        run.started_at = self._clock.wall_ms()
        run.state = RunState.RUNNING
        self._bus.publish(RunStarted(run.id, run.session_key, run.next_seq(), run.started_at))
        turn = _Progress(self, run)
        try:
            await self._tell_events(run)
            history = usable(await self._store.context(run.session_key), run.own, not_yet())
            await turn.go_on(window, history)
        except ClawdError as fault:
            await turn.happened(ModelBroke(fault))
        except asyncio.CancelledError:
            # The message was already announced as stopped; what was said so far is kept in the transcript.
            reason = run.outcome.code if run.outcome is not None else "stopped"
            await asyncio.shield(turn.happened(Stopped(reason)))
            raise

    async def _tell_events(self, run: Run) -> None:
        """Put what programs reported meanwhile into the conversation; the model reads it before the run's message."""
        async with self._events.carried(run.session_key) as batch:
            if batch:
                await self._store.append(run.session_key, user_message(batch.as_text(), now_ms=self.now_ms()))

    async def request(self, run: Run, window: int, messages: tuple[Message, ...]) -> ModelRequest:
        """What the model is asked: the prompt, and as much of the history as fits."""
        since, entry = self._clock.monotonic(), self._store.entry(run.session_key)
        sections = await self._briefing.sections(window, run.submission.extra_prompt)
        system = system_prompt(sections)
        answer = min(MAX_ANSWER_TOKENS, int(window * ANSWER_SHARE))
        room = window - answer - len(system) // 3
        fitting, tools = fit(messages, max(room, 256)), self._tools.specs
        parts, seconds = part_tokens(sections, tools, fitting), self._clock.monotonic() - since
        self._bus.publish(RunPrompted(run.id, run.session_key, run.seq, parts, len(fitting), window, seconds))
        return ModelRequest(
            system=system,
            messages=fitting,
            tools=tools,
            max_tokens=min(answer, run.submission.max_tokens or answer),
            thinking=run.submission.thinking or (entry.thinking_level if entry else None) or "off",
            session_key=run.session_key,
        )

    def stream(self, run: Run, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """The model's answer; closing the generator stops the request."""
        entry = self._store.entry(run.session_key)
        override = run.submission.model or (entry.model_override if entry else None)
        return cast(AsyncGenerator[ModelEvent, None], self._models.stream(request, override=override))

    async def store(self, run: Run, message: Message) -> None:
        """Write a message of the run into its conversation, durably."""
        await self._store.append(run.session_key, message, run.id)

    async def run_tools(self, run: Run, action: RunTools) -> tuple[Message, ...]:
        """Run the tools one after the other and tell the bus of each."""
        results = []
        for call in action.calls:
            self._tool(run, ToolPhase.START, call)
            result = await self._tools.run(call, run.session_key)
            self._tool(run, ToolPhase.RESULT, call, result)
            results.append(result)
        return tuple(results)

    def _tool(self, run: Run, phase: ToolPhase, call: ToolCall, result: Message | None = None) -> None:
        data = call.arguments if result is None else result.text
        failed = result is not None and result.is_error
        self._bus.publish(RunTool(run.id, run.session_key, run.next_seq(), phase, call.name, call.id, data, failed))

    def picked(self, run: Run, chosen: ModelChosen) -> None:
        """Tell the bus which model is asked; it is not counted, for clients of the protocol are not told of it."""
        self._bus.publish(RunModel(run.id, run.session_key, run.seq, chosen.provider, chosen.model, chosen.reason))

    def watch(self) -> CallWatch:
        """What measures the models that one question is put to."""
        return CallWatch(self._clock.monotonic)

    def answered(self, run: Run, call: ModelCall | None) -> None:
        """Tell the bus what became of a model that was asked; clients of the protocol are not told of it."""
        if call is not None:
            facts = (call.provider, call.model, call.usage, call.seconds, call.first_token_s, call.error)
            self._bus.publish(RunModelEnded(run.id, run.session_key, run.seq, *facts))

    def say(self, run: Run, action: Say) -> None:
        """Tell the bus what was said."""
        run.text = action.text
        self._bus.publish(RunText(run.id, run.session_key, run.next_seq(), action.text, action.delta))

    def finish(self, run: Run, turn: Turn, action: Reply | Fail) -> None:
        """End the run and tell the bus, unless it was stopped meanwhile."""
        if run.is_over:
            return
        started_at, ended_at = run.started_at, self._clock.wall_ms()
        if isinstance(action, Reply):
            answer = (action.message, turn.usage, turn.provider, turn.model)
            run.end(Outcome(RunState.OK, started_at, ended_at, *answer))
            told: RunFinished | RunFailed = RunFinished(
                run.id, run.session_key, run.next_seq(), *answer, started_at, ended_at
            )
        else:
            run.end(Outcome(RunState.ERROR, started_at, ended_at, sentence=action.sentence, code=action.code))
            told = RunFailed(
                run.id, run.session_key, run.next_seq(), action.sentence, action.code, started_at, ended_at
            )
        self._bus.publish(told)

    def now_ms(self) -> int:
        """The wall clock."""
        return self._clock.wall_ms()


class _Progress:
    """One turn on its way: feeds happenings to `turn.step` and does what comes out."""

    def __init__(self, runner: Runner, run: Run) -> None:
        self._runner = runner
        self._run = run
        self._turn = Turn()
        self._produced: list[Message] = []

    async def go_on(self, window: int, history: tuple[Message, ...]) -> None:
        """Until the turn has ended."""
        to_do = list(self._step(Began()))
        while to_do:
            action = to_do.pop(0)
            if isinstance(action, CallModel):
                to_do += await self._call_model(window, (*history, *self._produced))
            elif isinstance(action, RunTools):
                to_do += self._step(ToolsEnded(await self._runner.run_tools(self._run, action)))
            else:
                await self._do(action)

    async def happened(self, happening: Happening) -> None:
        """Do what follows from something that ends the turn; what cannot be stored does not keep it from ending."""
        for action in self._step(happening):
            try:
                await self._do(action)
            except ClawdError as fault:
                _log.warning("run %s: %s", self._run.id, fault.sentence())

    async def _call_model(self, window: int, messages: tuple[Message, ...]) -> list[Action]:
        request = await self._runner.request(self._run, window, messages)
        watch = self._runner.watch()
        to_do: list[Action] = []
        try:
            async with aclosing(self._runner.stream(self._run, request)) as events:
                async for event in events:
                    self._runner.answered(self._run, watch.note(event))
                    to_do += self._take(event)
        except ClawdError as fault:
            self._runner.answered(self._run, watch.broke(fault))
            raise
        return to_do

    def _take(self, event: ModelEvent) -> list[Action]:
        """Pass on what the model said; returns what is to be done when it is silent."""
        if isinstance(event, ModelChosen):
            self._runner.picked(self._run, event)
        to_do: list[Action] = []
        for action in self._step(event):
            if isinstance(action, Say):
                self._runner.say(self._run, action)
            else:
                to_do.append(action)
        return to_do

    async def _do(self, action: Action) -> None:
        if isinstance(action, Store):
            self._produced.append(action.message)
            await self._runner.store(self._run, action.message)
        elif isinstance(action, Reply | Fail):
            self._runner.finish(self._run, self._turn, action)
        elif not isinstance(action, Abort):
            raise TypeError(f"{type(action).__name__} is not done here")

    def _step(self, happening: Happening) -> tuple[Action, ...]:
        self._turn, actions = step(self._turn, happening, self._runner.now_ms())
        return actions
