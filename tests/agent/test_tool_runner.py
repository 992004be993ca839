"""Whatever a tool does, the model gets a result it can read."""

from __future__ import annotations

import asyncio

import pytest

from clawd_desktop.agent.tool_runner import ToolOutcome, ToolRunner
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.messages import ToolCall, ToolSpec


class Scripted:
    """A tool that does what the test says."""

    def __init__(self, name: str, does: object) -> None:
        self.spec = ToolSpec(name, "for the test")
        self._does = does

    async def run(self, call: ToolCall, session_key: str) -> ToolOutcome:
        if isinstance(self._does, Exception):
            raise self._does
        if self._does == "hang":
            await asyncio.Event().wait()
        return ToolOutcome(f"{call.arguments['x']} in {session_key}")


def runner(**tools: object) -> ToolRunner:
    return ToolRunner({name: Scripted(name, does) for name, does in tools.items()}, ManualClock(), timeout_s=0.01)


@pytest.mark.parametrize(
    ("does", "text", "is_error"),
    [
        ("answer", "7 in s", False),
        (NotFound("There is no file y.", hint="Look again."), "There is no file y. Look again.", True),
        (ZeroDivisionError("secret detail"), "t failed: ZeroDivisionError.", True),
        ("hang", "t did not end within 0 s.", True),
    ],
)
async def test_an_outcome_for_everything(does: object, text: str, is_error: bool) -> None:
    result = await runner(t=does).run(ToolCall("c", "t", {"x": 7}), "s")
    assert (result.role, result.text, result.is_error) == ("toolResult", text, is_error)
    assert (result.tool_call_id, result.tool_name) == ("c", "t")


async def test_a_tool_that_does_not_exist() -> None:
    result = await runner().run(ToolCall("c", "fly", {}), "s")
    assert result.is_error
    assert "no tool named fly" in result.text


async def test_stopping_stops_a_tool() -> None:
    slow = ToolRunner({"t": Scripted("t", "hang")}, ManualClock())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await slow.run(ToolCall("c", "t", {}), "s")


def test_the_model_sees_the_tools_in_a_stable_order() -> None:
    assert [spec.name for spec in runner(b="x", a="x", c="x").specs] == ["a", "b", "c"]
