"""What models are asked and answer passes through unchanged, and is kept while somebody wants it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from agent.stage import ScriptedModels, echo
from operations.test_tracing import Clock, ask, breaks, falls_back, tells, wants_both
from operations.tracing_stage import traced

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ModelFault
from clawd_desktop.core.messages import user_message
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest, TextDelta
from clawd_desktop.core.recorded import RecordedEnd
from clawd_desktop.operations import recording
from clawd_desktop.operations.recording import RecordingModels, RunRecord, no_record

ASKED = ModelRequest("", (user_message("hello", now_ms=1),), session_key="k")


class Inner:
    """Models whose one stream says whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def stream(self, request: ModelRequest, *, override: str | None = None) -> AsyncIterator[ModelEvent]:
        return self._stream()

    async def _stream(self) -> AsyncGenerator[ModelEvent, None]:
        try:
            while True:
                yield TextDelta("a")
        finally:
            self.closed = True


async def test_without_a_record_the_inner_stream_itself_is_given() -> None:
    inner = Inner()
    models = RecordingModels(inner, ManualClock())
    assert no_record("k") is None
    assert models.stream(ASKED).__name__ == "_stream"
    models.record_of = lambda key: RunRecord()
    assert models.stream(ASKED).__name__ != "_stream"


async def test_what_passes_is_kept_with_its_delay() -> None:
    record = RunRecord()
    models = RecordingModels(ScriptedModels(echo), ManualClock())
    models.record_of = {"k": record}.get
    said = [event async for event in models.stream(ASKED)]
    (call,) = record.finished("r", "k", RecordedEnd("reply")).calls
    assert [event for _, event in call.answer] == said
    assert isinstance(said[-1], ModelDone)
    assert call.request is ASKED


async def test_a_fault_is_kept_and_raised() -> None:
    record = RunRecord()
    models = RecordingModels(ScriptedModels(breaks), ManualClock())
    models.record_of = {"k": record}.get
    with pytest.raises(ModelFault):
        [event async for event in models.stream(ASKED)]
    (call,) = record.finished("r", "k", RecordedEnd("fail")).calls
    assert call.fault is not None
    assert (call.fault.message, call.fault.hint) == ("It is gone.", "Start it.")


async def test_closing_it_closes_the_request() -> None:
    inner = Inner()
    models = RecordingModels(inner, ManualClock())
    models.record_of = lambda key: RunRecord()
    async with aclosing(models.stream(ASKED)) as events:
        async for _ in events:
            break
    assert inner.closed


async def test_one_that_became_too_long_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_EVENTS", 2)
    async with traced(tmp_path) as on:
        await ask(on, "r1")
        row = on.store.row("r1")
        assert row is not None
        assert row.recording == 0


@pytest.mark.parametrize("answers", [(wants_both, tells), (falls_back,), (breaks,), ()])
async def test_what_really_ran_replays_the_same(tmp_path: Path, answers: tuple[object, ...]) -> None:
    async with traced(tmp_path, *answers, tools={"clock": Clock()}) as on:  # type: ignore[arg-type]
        await ask(on, "r1")
        again = await on.store.replay("r1")
        assert (again.same, again.difference) == (True, "")
