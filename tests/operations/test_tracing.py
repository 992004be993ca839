"""Every run that ends leaves a trace: with tools, with a second model, stopped, too slow, queued, or cut by the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

from agent.stage import Held, echo
from operations.tracing_stage import Traced, traced

from clawd_desktop.agent.runs import Submission
from clawd_desktop.agent.tool_runner import ToolOutcome
from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.events import RunFinished, RunQueued, RunStarted, RunText, RunTool, ToolPhase
from clawd_desktop.core.messages import ToolCall, ToolSpec, Usage
from clawd_desktop.core.ports import ModelChosen, ModelDone, ModelEvent, ModelRequest, TextDelta, ToolCallReady
from clawd_desktop.core.recorded import RecordedRun
from clawd_desktop.operations.trace_form import encode
from clawd_desktop.operations.trace_tree import Trace, sums, tree
from clawd_desktop.operations.tracing import MOST_MARKS, Tracer


class Clock:
    spec = ToolSpec("clock", "Tells the time.", {"type": "object", "properties": {}})

    async def run(self, call: ToolCall, session_key: str) -> ToolOutcome:
        return ToolOutcome("12:00")


class Broken:
    spec = ToolSpec("broken", "Fails.", {"type": "object", "properties": {}})

    async def run(self, call: ToolCall, session_key: str) -> ToolOutcome:
        return ToolOutcome("no", is_error=True)


async def wants_both(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    yield TextDelta("Let me look.")
    yield ToolCallReady(ToolCall("c1", "clock", {}))
    yield ToolCallReady(ToolCall("c2", "broken", {}))
    yield ModelDone("toolUse", Usage(5, 5, cost=0.25))


async def tells(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    yield TextDelta("It is 12:00.")
    yield ModelDone("stop", Usage(7, 1, cost=0.5))


async def falls_back(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("first", "a", 8192)
    yield ModelChosen("second", "b", 8192, "first/a is overloaded.")
    yield TextDelta("Here I am.")
    yield ModelDone("stop", Usage(1, 1))


async def breaks(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    raise ModelFault("It is gone.", kind=ModelFaultKind.UNREACHABLE, hint="Start it.")


async def ask(on: Traced, run_id: str, text: str = "What time is it?", **more: object) -> Trace:
    await on.on.assistant.submit(Submission("main", text, run_id, **more))  # type: ignore[arg-type]
    await on.on.ended(run_id)
    return await ended(on, run_id)


async def ended(on: Traced, run_id: str) -> Trace:
    async with asyncio.timeout(10):
        while on.store.row(run_id) is None:
            await asyncio.sleep(0.005)
    return await on.store.get(run_id)


def names(trace: Trace) -> list[str]:
    return [span.name for span in tree(trace).children]


async def test_a_turn_with_tools(tmp_path: Path) -> None:
    async with traced(tmp_path, wants_both, tells, tools={"clock": Clock(), "broken": Broken()}) as on:
        trace = await ask(on, "r1")
        found = [name for name in names(trace) if name != "read"]
        assert found == [
            "wait",
            "prompt",
            "model",
            "store",
            "tool",
            "tool",
            "store",
            "store",
            "prompt",
            "model",
            "store",
        ]
        added = sums(trace)
        assert (added.state, added.calls, added.tools, added.failovers, added.error) == ("finished", 2, 2, 0, "")
        assert added.usage == Usage(12, 6, cost=0.75)
        assert (added.provider, added.model) == ("test", "m")
        tools = [span for span in tree(trace).children if span.name == "tool"]
        assert [(span.facts["name"], span.error) for span in tools] == [("clock", ""), ("broken", "The tool failed.")]
        assert tools[0].facts["chars"] == len("12:00")
        model = next(span for span in tree(trace).children if span.name == "model")
        assert [span.name for span in model.children] == ["first token", "speaking"]
        assert trace.session_key == "agent:main:main"
        assert trace.session_id == on.session_id("main") != ""
        assert abs(trace.started_ms - time.time() * 1000) < 60_000
        prompt = next(span for span in tree(trace).children if span.name == "prompt")
        assert list(prompt.facts["parts"]) == ["identity", "tools", "history", "message"]  # type: ignore[arg-type]


async def test_no_word_of_the_conversation_is_in_a_trace(tmp_path: Path) -> None:
    async with traced(tmp_path) as on:
        await ask(on, "r1", "xylophone")
        (file,) = (tmp_path / "traces").glob("*.trace.json")
        assert b"xylophone" not in file.read_bytes()


async def test_a_second_model_and_why(tmp_path: Path) -> None:
    async with traced(tmp_path, falls_back) as on:
        trace = await ask(on, "r1")
        first, second = (span for span in tree(trace).children if span.name == "model")
        assert (first.facts["provider"], first.error) == ("first", "first/a is overloaded.")
        assert (second.facts["provider"], second.error, second.facts["reason"]) == (
            "second",
            "",
            "first/a is overloaded.",
        )
        assert not first.children
        assert (sums(trace).failovers, sums(trace).provider) == (1, "second")


async def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    async with traced(tmp_path, breaks) as on:
        added = sums(await ask(on, "r1"))
        assert (added.state, added.error) == ("failed", "It is gone. Start it.")


async def test_a_stopped_run_keeps_what_was_said_before(tmp_path: Path) -> None:
    held = Held()
    async with traced(tmp_path, held) as on:
        await on.on.assistant.submit(Submission("main", "go", "r1"))
        await held.began.wait()
        on.on.assistant.abort("main", "r1")
        trace = await ended(on, "r1")
        assert sums(trace).state == "aborted"
        model = next(span for span in tree(trace).children if span.name == "model")
        assert model.error == "It had not ended when the run did."
        assert [span.name for span in model.children] == ["first token", "speaking"]
        assert names(trace)[-1] == "store"
        assert (await on.store.replay("r1")).same


async def test_a_run_that_takes_too_long(tmp_path: Path) -> None:
    async with traced(tmp_path, Held()) as on:
        trace = await ask(on, "r1", timeout_s=0.2)
        assert (sums(trace).state, trace.end and trace.end.facts) == ("aborted", {"reason": "timeout"})
        assert (await on.store.replay("r1")).same


async def test_a_run_waits_for_the_one_before_it(tmp_path: Path) -> None:
    held = Held()
    async with traced(tmp_path, held, echo) as on:
        await on.on.assistant.submit(Submission("main", "first", "r1"))
        await held.began.wait()
        await on.on.assistant.submit(Submission("main", "second", "r2"))
        queued = time.monotonic()
        await on.on.texts()
        released = time.monotonic()
        held.go_on.set()
        trace = await ended(on, "r2")
        assert released - queued <= sums(trace).wait_s <= sums(trace).total_s
        assert [row.run_id for row in on.store.list()] == ["r2", "r1"]


async def test_a_queued_run_that_is_stopped_never_began(tmp_path: Path) -> None:
    held = Held()
    async with traced(tmp_path, held) as on:
        await on.on.assistant.submit(Submission("main", "first", "r1"))
        await held.began.wait()
        await on.on.assistant.submit(Submission("main", "second", "r2"))
        on.on.assistant.abort("main", "r2")
        trace = await ended(on, "r2")
        assert [mark.kind for mark in trace.marks] == ["queued", "aborted"]
        held.go_on.set()
        await ended(on, "r1")


async def test_the_end_of_the_application_is_the_end_of_its_runs(tmp_path: Path) -> None:
    held = Held()
    async with traced(tmp_path, held) as on:
        await on.on.assistant.submit(Submission("main", "first", "r1"))
        await held.began.wait()
    again = await asyncio.to_thread(on.store._files.load)
    assert [(row.run_id, row.sums.state) for row in again] == [("r1", "aborted")]


async def test_off_means_that_nothing_is_kept(tmp_path: Path) -> None:
    async with traced(tmp_path) as on:
        on.settings = Tracing(enabled=False)
        await on.on.assistant.submit(Submission("main", "a", "r1"))
        await on.on.ended("r1")
        on.settings = Tracing(record=False)
        await ask(on, "r2")
        assert [(row.run_id, row.recording) for row in on.store.list()] == [("r2", 0)]
        assert not list((tmp_path / "traces").glob("*.z"))


class Kept:
    """What the tracer has given away."""

    def __init__(self) -> None:
        self.traces: list[Trace] = []

    def __call__(self, trace: Trace, recorded: RecordedRun | None) -> None:
        self.traces.append(trace)


def test_times_are_those_of_the_clock_that_only_grows() -> None:
    bus, clock, kept = EventBus(), ManualClock(), Kept()
    Tracer(bus, clock, Tracing, lambda key: "", kept)
    bus.publish(RunQueued("r", "k", 0))
    clock.advance(2)
    clock.jump_wall(-86_400)
    bus.publish(RunStarted("r", "k", 1, clock.wall_ms()))
    clock.advance(3)
    bus.publish(RunFinished("r", "k", 2, None, Usage(), "p", "m", 0, 0))
    assert (sums(kept.traces[0]).wait_s, sums(kept.traces[0]).total_s) == (2.0, 5.0)


def test_a_run_without_end_of_tools_is_cut_and_says_so() -> None:
    bus, kept = EventBus(), Kept()
    Tracer(bus, ManualClock(), Tracing, lambda key: "", kept)
    bus.publish(RunStarted("r", "k", 1, 0))
    for number in range(MOST_MARKS):
        bus.publish(RunTool("r", "k", number, ToolPhase.START, "clock", str(number)))
    bus.publish(RunFinished("r", "k", 2, None, Usage(), "p", "m", 0, 0))
    assert kept.traces[0].cut
    assert len(kept.traces[0].marks) == MOST_MARKS + 1
    assert kept.traces[0].marks[-1].kind == "finished"


def test_a_piece_of_an_answer_costs_next_to_nothing() -> None:
    bus, kept = EventBus(), Kept()
    Tracer(bus, ManualClock(), Tracing, lambda key: "", kept)
    bus.publish(RunStarted("r", "k", 1, 0))
    piece = RunText("r", "k", 2, "a", "a")
    bus.publish(piece)
    best = 1.0
    for _ in range(5):
        since = time.perf_counter()
        for _ in range(10_000):
            bus.publish(piece)
        best = min(best, time.perf_counter() - since)
    assert best / 10_000 < 5e-6  # of which the bus itself is most
    bus.publish(RunFinished("r", "k", 3, None, Usage(), "p", "m", 0, 0))
    assert len(kept.traces[0].marks) == 3


def test_a_name_as_long_as_a_model_likes_is_cut() -> None:
    bus, done = EventBus(), list[Trace]()
    Tracer(bus, ManualClock(), Tracing, lambda key: "s", lambda trace, recorded: done.append(trace))
    bus.publish(RunQueued("r", "k", 0))
    bus.publish(RunTool("r", "k", 1, ToolPhase.START, "t" * 100_000, "c" * 100_000, None))
    bus.publish(RunFinished("r", "k", 2, None, Usage(), "p", "m", 0, 0))
    assert len(encode(done[0])) < 2_000
