"""Messages are kept, answered in order, stopped at once, and nothing is said twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from agent.stage import Held, echo, stage

from clawd_desktop.agent.assistant import MOST_RUNS
from clawd_desktop.agent.runs import RunState, Submission
from clawd_desktop.agent.turn import TOOK_TOO_LONG
from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import BadInput, Busy, ModelFault, ModelFaultKind, Refused, StorageFault
from clawd_desktop.core.events import MessageStored, RunAborted, RunFailed, RunFinished, RunText
from clawd_desktop.core.messages import Message, ToolCall, Usage, user_message
from clawd_desktop.core.ports import ModelChosen, ModelEvent, ModelRequest, TextDelta
from clawd_desktop.core.tasks import spawn

MAIN = "agent:main:main"


def message(text: str, run_id: str = "r1", key: str = "main", **more: object) -> Submission:
    return Submission(key, text, run_id, **more)  # type: ignore[arg-type]


async def test_a_message_is_stored_before_it_is_acknowledged_and_then_answered(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        receipt = await on.assistant.submit(message("hello"))
        assert receipt.status == "started"
        assert on.kinds() == ["MessageStored", "RunQueued"], "the message is on the disk when it is acknowledged"
        await on.ended("r1")
        assert on.kinds()[2:] == ["RunStarted", "RunModel", "RunText", "RunText", "MessageStored", "RunFinished"]
        assert [event.text for event in on.of(RunText)] == ["You said: ", "You said: hello"]
        assert await on.texts() == [("user", "hello"), ("assistant", "You said: hello")]
        assert [event.seq for event in on.events if getattr(event, "seq", 0)] == [1, 1, 2, 3, 4]


async def test_the_same_key_again_starts_nothing(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(message("hello"))
        assert (await on.assistant.submit(message("hello"))).status == "in_flight"
        await held.began.wait()
        held.go_on.set()
        await on.ended("r1")
        again = await on.assistant.submit(message("hello"))
        assert (again.status, len(on.models.requests)) == ("ok", 1)


async def test_messages_of_one_session_are_answered_in_order_each_with_its_own_question(tmp_path: Path) -> None:
    held = Held("one")
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(message("first", "r1"))
        await held.began.wait()
        await on.assistant.submit(message("second", "r2"))
        await on.assistant.submit(message("third", "r3"))
        held.go_on.set()
        await on.ended("r3")
        asked = [[part.text for part in request.messages] for request in on.models.requests]
        assert asked[0] == ["first"]
        assert asked[1] == ["first", "one", "second"], "the third waits for its own turn"
        assert asked[2] == ["first", "second", "one", "You said: second", "third"]


async def test_other_sessions_are_not_held_up(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(message("slow", "r1"))
        await held.began.wait()
        await on.assistant.submit(message("quick", "r2", "other"))
        await on.ended("r2")
        assert on.assistant.find("r1").state is RunState.RUNNING  # type: ignore[union-attr]


async def test_stopping_tells_at_once_keeps_what_was_said_and_lets_nothing_follow(tmp_path: Path) -> None:
    held = Held("Half an ans")
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(message("hello"))
        await held.began.wait()
        run = on.assistant.find("r1")
        assert on.assistant.abort("main") == ["r1"]
        assert on.kinds()[-1] == "RunAborted"
        await asyncio.wait({run.task})  # type: ignore[union-attr,arg-type]
        assert on.of(RunFinished) + on.of(RunFailed) == []
        assert await on.texts() == [("user", "hello"), ("assistant", "Half an ans")]
        assert on.assistant.abort("main") == [], "it is over"
        held.go_on.set()
        assert on.store.entry("main").raw["abortedLastRun"] is True  # type: ignore[union-attr]
        await on.assistant.submit(message("again", "r2"))
        await on.ended("r2")
        assert on.store.entry("main").raw["abortedLastRun"] is False  # type: ignore[union-attr]


async def test_a_run_of_another_session_is_not_stopped(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(message("hello"))
        with pytest.raises(BadInput, match="runId does not match sessionKey"):
            on.assistant.abort("other", "r1")
        assert on.assistant.abort("main", "unknown") == []


async def test_a_queued_message_can_be_stopped_before_its_turn(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(message("first", "r1"))
        await held.began.wait()
        await on.assistant.submit(message("second", "r2"))
        assert on.assistant.abort("main", "r2") == ["r2"]
        held.go_on.set()
        await on.ended("r1")
        assert len(on.models.requests) == 1


@pytest.mark.parametrize("word", ["/stop", "stop", "esc"])
async def test_stop_words_stop(tmp_path: Path, word: str) -> None:
    held = Held()
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(message("hello"))
        await held.began.wait()
        receipt = await on.assistant.submit(message(word, "r2"))
        assert (receipt.is_stop, receipt.stopped) == (True, ("r1",))
        assert [event.stop_reason for event in on.of(RunAborted)] == ["stop"]


async def test_a_run_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    async with stage(tmp_path, Held()) as on:
        await on.assistant.submit(message("hello", timeout_s=0.02))
        await on.ended("r1")
        assert [event.stop_reason for event in on.of(RunAborted)] == ["timeout"]
        await asyncio.wait({on.assistant.find("r1").task})  # type: ignore[union-attr,arg-type]
        page = await on.chat.history("main", limit=10)
        assert page.messages[-1][1].error == TOOK_TOO_LONG


async def broken(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "broken", 8192)
    raise ModelFault("The key was refused (401).", kind=ModelFaultKind.BAD_KEY, hint="Put a valid key into Settings.")


async def breaks_off(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "broken", 8192)
    yield TextDelta("Half")
    raise ModelFault("The stream broke.", kind=ModelFaultKind.BROKEN_STREAM)


async def crashes(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "broken", 8192)
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("answer", "sentence", "stored"),
    [
        (broken, "The key was refused (401). Put a valid key into Settings.", ""),
        (breaks_off, "The stream broke.", "Half"),
    ],
)
async def test_a_fault_ends_as_a_sentence_and_the_session_goes_on(
    tmp_path: Path, answer: object, sentence: str, stored: str
) -> None:
    async with stage(tmp_path, answer) as on:  # type: ignore[arg-type]
        await on.assistant.submit(message("hello"))
        await on.ended("r1")
        assert [event.sentence for event in on.of(RunFailed)] == [sentence]
        page = await on.chat.history("main", limit=10)
        last = page.messages[-1][1]
        assert (last.text, last.error, last.stop_reason) == (stored, sentence, "error")
        await on.assistant.submit(message("again", "r2"))
        await on.ended("r2")
        assert on.assistant.find("r2").state is RunState.OK  # type: ignore[union-attr]
        assert all(part.content for part in on.models.requests[-1].messages), "an empty failure is not sent to a model"


async def test_a_defect_of_ours_ends_the_run_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with stage(tmp_path, crashes) as on:
        await on.assistant.submit(message("hello"))
        await on.ended("r1")
        assert [event.code for event in on.of(RunFailed)] == ["agent.broke_down"]


async def test_a_message_that_cannot_be_stored_is_not_acknowledged_and_can_be_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as on:
        real = on.store.append

        async def full(key: str, message: object, run_id: str = "") -> str:
            raise StorageFault("The disk is full.")

        monkeypatch.setattr(on.store, "append", full)
        with pytest.raises(StorageFault):
            await on.assistant.submit(message("hello"))
        monkeypatch.setattr(on.store, "append", real)
        assert (await on.assistant.submit(message("hello"))).status == "started"
        await on.ended("r1")


async def test_empty_messages_and_closed_sessions_are_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        with pytest.raises(BadInput, match="empty"):
            await on.assistant.submit(message("  \n"))
        await on.store.ensure(MAIN)
        await on.store.update(MAIN, {"sendPolicy": "deny"})
        with pytest.raises(Refused, match="send blocked by session policy"):
            await on.assistant.submit(message("hello"))


async def test_paused_messages_wait_on_the_disk_and_are_answered_later(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        on.assistant.pauses.pause()
        await on.assistant.submit(message("hello"))
        assert await on.texts() == [("user", "hello")]
        assert on.assistant.queued == 0 or on.models.requests == []
        on.assistant.pauses.resume()
        await on.ended("r1")
        assert (await on.texts())[-1] == ("assistant", "You said: hello")


async def test_usage_is_recorded_in_the_transcript_and_the_index(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for number in (1, 2):
            await on.assistant.submit(message("hello", f"r{number}"))
            await on.ended(f"r{number}")
            await asyncio.wait({on.assistant.find(f"r{number}").task})  # type: ignore[union-attr,arg-type]
        entry = on.store.entry(MAIN)
        assert entry is not None
        assert (entry.input_tokens, entry.output_tokens, entry.raw["model"]) == (20, 10, "echo")
        assert entry.total_tokens == 10, "what the last call read fills the context"
        stored = [event.message.usage for event in on.of(MessageStored) if event.message.role == "assistant"]
        assert stored == [Usage(10, 5), Usage(10, 5)]


async def test_closing_stops_everything_and_keeps_what_was_said(tmp_path: Path) -> None:
    held = Held("So far")
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(message("hello"))
        await held.began.wait()
    async with stage(tmp_path) as again:
        assert await again.texts() == [("user", "hello"), ("assistant", "So far")]


async def test_so_many_messages_wait_and_no_more_but_stopping_always_works(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as on:
        for number in range(MOST_RUNS):
            await on.assistant.submit(message("hello", f"r{number}"))
        with pytest.raises(Busy, match="256 messages"):
            await on.assistant.submit(message("hello", "one more"))
        assert on.assistant.find("one more") is None, "it can be sent again"
        assert len((await on.assistant.submit(message("/stop", "stop"))).stopped) == MOST_RUNS
        assert (await on.assistant.submit(message("hello", "one more"))).status == "started"


async def test_the_limit_over_all_sessions_is_the_configured_one(tmp_path: Path) -> None:
    config = Config.model_validate({"agents": {"defaults": {"maxConcurrent": 1}}})
    held = Held()
    async with stage(tmp_path, held, echo, config=config) as on:
        await on.assistant.submit(message("one", "r1", "a"))
        await held.began.wait()
        await on.assistant.submit(message("two", "r2", "b"))
        async with asyncio.timeout(5):
            while not on.resources.waiting:
                await asyncio.sleep(0.001)
        assert on.assistant.find("r2").state is RunState.QUEUED  # type: ignore[union-attr]
        assert on.assistant.queued == 1
        held.go_on.set()
        await on.ended("r2")


async def test_a_message_without_room_ends_with_the_reason(tmp_path: Path) -> None:
    config = Config.model_validate({"agents": {"defaults": {"maxConcurrent": 1}}, "resources": {"waitTimeout": "20ms"}})
    held = Held()
    async with stage(tmp_path, held, config=config) as on:
        await on.assistant.submit(message("one", "r1", "a"))
        await held.began.wait()
        await on.assistant.submit(message("two", "r2", "b"))
        await on.ended("r2")
        (failed,) = on.of(RunFailed)
        assert (failed.run_id, failed.code) == ("r2", "busy")
        assert "no room within 20ms. 1 run already, at most 1 may." in failed.sentence
        held.go_on.set()
        await on.ended("r1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/status", "- Model: `test/echo`"),
        ("/help", "/compact"),
        ("/model other", "answered by `test/other`"),
        ("/model nonsense", "There is no model nonsense."),
        ("/model", "answered by `test/echo`"),
        ("/think high", "Think is high"),
        ("/think hard", "one of: off"),
        ("/compact x", "number of lines"),
    ],
)
async def test_commands_answer_without_a_model(tmp_path: Path, text: str, says: str) -> None:
    async with stage(tmp_path) as on:
        assert (await on.assistant.submit(message(text))).status == "started"
        await on.ended("r1")
        (finished,) = on.of(RunFinished)
        assert says in finished.message.text
        assert finished.message.stop_reason == "injected"
        assert on.models.requests == []
        assert (await on.texts())[0] == ("user", text)


async def test_the_chosen_model_of_a_session_is_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.assistant.submit(message("/model other"))
        await on.ended("r1")
        await on.assistant.submit(message("hello", "r2"))
        await on.ended("r2")
        assert on.models.overrides == ["test/other"]


async def test_new_begins_afresh_and_answers_the_rest_of_the_line(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.assistant.submit(message("old", "r1"))
        await on.ended("r1")
        await on.assistant.submit(message("/new fresh start", "r2"))
        await on.ended("r2")
        assert await on.texts() == [("user", "fresh start"), ("assistant", "You said: fresh start")]
        assert [part.text for part in on.models.requests[-1].messages] == ["fresh start"]


async def test_a_session_that_crashed_between_a_tool_call_and_its_result_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        call = Message("assistant", (ToolCall("c1", "read", {}),), 1, stop_reason="toolUse")
        await on.store.append(MAIN, user_message("look", now_ms=1))
        await on.store.append(MAIN, call)
    async with stage(tmp_path) as on:
        await on.assistant.submit(message("go on"))
        await on.ended("r1")
        roles = [role for role, _ in await on.texts()]
        assert roles.count("toolResult") == 1
        assert on.models.requests[-1].messages[-1].text == "go on"


async def test_a_message_that_is_stopped_while_it_is_stored_asks_no_model(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        submitted = spawn(on.assistant.submit(message("hello")), name="submit")
        while on.assistant.find("r1") is None:
            await asyncio.sleep(0)
        assert on.assistant.abort("main") == ["r1"]
        assert (await submitted).status == "aborted"
        await on.assistant.close()
        assert on.kinds() == ["RunAborted", "MessageStored"]
        assert not on.models.requests
        assert await on.texts() == [("user", "hello")]
