"""The runner does what the turn decided: tools, thinking, and as much history as fits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from agent.stage import stage

from clawd_desktop.agent.runs import Submission
from clawd_desktop.agent.tool_runner import ToolOutcome
from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.events import RunFailed, RunFinished, RunModelEnded, RunPrompted, RunTool
from clawd_desktop.core.messages import ToolCall, ToolSpec, Usage
from clawd_desktop.core.ports import ModelChosen, ModelDone, ModelEvent, ModelRequest, TextDelta, ToolCallReady


class Clock:
    spec = ToolSpec("clock", "Tells the time.", {"type": "object", "properties": {}})

    async def run(self, call: ToolCall, session_key: str) -> ToolOutcome:
        return ToolOutcome("12:00")


async def wants_the_time(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    yield TextDelta("Let me look.")
    yield ToolCallReady(ToolCall("c1", "clock", {}))
    yield ModelDone("toolUse", Usage(5, 5))


async def tells_the_time(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    yield TextDelta(f"It is {request.messages[-1].text}.")
    yield ModelDone("stop", Usage(5, 5))


async def test_a_turn_with_a_tool(tmp_path: Path) -> None:
    async with stage(tmp_path, wants_the_time, tells_the_time, tools={"clock": Clock()}) as on:
        await on.assistant.submit(Submission("main", "What time is it?", "r1"))
        await on.ended("r1")
        assert [(event.phase, event.data) for event in on.of(RunTool)] == [("start", {}), ("result", "12:00")]
        (finished,) = on.of(RunFinished)
        assert (finished.message.text, finished.usage) == ("It is 12:00.", Usage(10, 10))
        assert [part.role for part in on.models.requests[1].messages] == ["user", "assistant", "toolResult"]
        assert on.models.requests[0].tools == (Clock.spec,)
        assert [role for role, _ in await on.texts()] == ["user", "assistant", "toolResult", "assistant"]


async def test_only_what_fits_the_window_is_sent(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for number in range(12):
            await on.assistant.submit(Submission("main", f"{number} " + "long " * 800, f"r{number}"))
            await on.ended(f"r{number}")
        sent = on.models.requests[-1].messages
        assert sent[-1].text.startswith("11 ")
        assert len(sent) < 23
        assert sent[0].role == "user"


async def test_thinking_comes_from_the_message_or_the_session(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.assistant.submit(Submission("main", "a", "r1"))
        await on.ended("r1")
        await on.store.update("agent:main:main", {"thinkingLevel": "low"})
        await on.assistant.submit(Submission("main", "b", "r2"))
        await on.ended("r2")
        await on.assistant.submit(Submission("main", "c", "r3", thinking="high"))
        await on.ended("r3")
        assert [request.thinking for request in on.models.requests] == ["off", "low", "high"]


async def test_what_is_asked_and_each_answer_is_measured(tmp_path: Path) -> None:
    async with stage(tmp_path, wants_the_time, tells_the_time, tools={"clock": Clock()}) as on:
        await on.assistant.submit(Submission("main", "What time is it?", "r1"))
        await on.ended("r1")
        assert [type(event) for event in on.measured] == [RunPrompted, RunModelEnded, RunPrompted, RunModelEnded]
        prompted, answered, again, _ = on.measured
        assert isinstance(prompted, RunPrompted)
        assert isinstance(again, RunPrompted)
        assert [name for name, _ in prompted.parts] == ["identity", "tools", "history", "message"]
        assert dict(prompted.parts)["history"] == 0 < dict(again.parts)["history"]
        assert (prompted.messages, again.messages, prompted.window) == (1, 3, 8192)
        assert isinstance(answered, RunModelEnded)
        assert (answered.provider, answered.model, answered.usage, answered.error) == ("test", "m", Usage(5, 5), "")
        assert answered.first_token_s is not None
        assert 0 <= answered.first_token_s <= answered.seconds


async def breaks_down(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    raise ModelFault("It is gone.", kind=ModelFaultKind.UNREACHABLE)


async def test_a_model_that_could_not_answer_is_told_before_the_run_fails(tmp_path: Path) -> None:
    async with stage(tmp_path, breaks_down) as on:
        on.bus.subscribe(RunFailed, on.measured.append)
        await on.assistant.submit(Submission("main", "Hello", "r1"))
        await on.ended("r1")
        _, ended, failed = on.measured
        assert isinstance(ended, RunModelEnded)
        assert isinstance(failed, RunFailed)
        assert (ended.error, ended.first_token_s, ended.usage) == ("It is gone.", None, Usage())
