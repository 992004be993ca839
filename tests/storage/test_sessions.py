"""The store keeps Clawdbot's folder, its promises and its pace."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fault_disk import fault_disk

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock, SystemClock
from clawd_desktop.core.errors import AlreadyRunning, BadInput, NotFound, StorageFault, Unavailable
from clawd_desktop.core.events import MessageStored, SessionChanged
from clawd_desktop.core.messages import Message, Text, ToolCall, user_message
from clawd_desktop.core.safeio import FolderLock
from clawd_desktop.core.tasks import spawn
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage import sessions as module
from clawd_desktop.storage.session_entry import entry_of
from clawd_desktop.storage.session_index import encode_index
from clawd_desktop.storage.sessions import SessionStore

MAIN = "agent:main:main"
DAY = 86_400.0


class Heard:
    """A bus that remembers what the store told."""

    def __init__(self) -> None:
        self.bus = EventBus()
        self.stored: list[MessageStored] = []
        self.changed: list[SessionChanged] = []
        self.bus.subscribe(MessageStored, self.stored.append)
        self.bus.subscribe(SessionChanged, self.changed.append)


@asynccontextmanager
async def opened(
    state: Path, heard: Heard | None = None, clock: ManualClock | None = None
) -> AsyncIterator[SessionStore]:
    state.mkdir(exist_ok=True)
    store = SessionStore(state, clock or ManualClock(), (heard or Heard()).bus, "test")
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def said(text: str, at: int = 1) -> Message:
    return user_message(text, now_ms=at)


async def texts(store: SessionStore, key: str = MAIN) -> list[str]:
    stretch = await store.read(key, 1000)
    return [message["content"][0]["text"] for _, message in stretch.messages]  # type: ignore[index,call-overload,misc]


def sessions(state: Path, agent: str = "main") -> Path:
    return state / "agents" / agent / "sessions"


async def test_a_message_is_told_stored_and_read(state: Path) -> None:
    heard = Heard()
    async with opened(state, heard) as store:
        before = store.version
        entry_id = await store.append("Main", said("hello"), run_id="r1")
        assert heard.stored == [MessageStored(MAIN, entry_id, said("hello"), "r1")]
        assert heard.changed == [SessionChanged(MAIN)]
        assert store.version > before
        stretch = await store.read("main", 5)
        assert stretch.messages == [
            (entry_id, {"role": "user", "content": [{"type": "text", "text": "hello"}], "timestamp": 1})
        ]
        assert stretch.before is None
        assert await store.context("main") == (said("hello"),)


async def test_everything_is_there_after_opening_again(state: Path) -> None:
    async with opened(state) as store:
        await store.append("main", said("hello"))
        await store.touch("main", {"lastChannel": "webchat", "totalTokens": 7})
        await store.update("agent:work:dm:bob", {"label": "Bob"})
    async with opened(state) as store:
        assert await texts(store) == ["hello"]
        entry = store.entry("main")
        assert entry is not None
        assert (entry.total_tokens, entry.raw["lastChannel"]) == (7, "webchat")
        assert [one.key for one in store.entries("work")] == ["agent:work:dm:bob"]
        assert store.store_path("work") == sessions(state, "work") / "sessions.json"


async def test_unknown_sessions_are_empty(state: Path) -> None:
    async with opened(state) as store:
        assert store.entry("nobody") is None
        assert (await store.read("nobody", 5)).messages == []
        assert await store.context("nobody") == ()
        assert await store.delete("nobody") == []
        assert await store.repair_interrupted("nobody") == 0
        assert (await store.compact("nobody", 5)).reason == "no sessionId"
        with pytest.raises(NotFound):
            await store.reset("nobody")
        with pytest.raises(BadInput):
            await store.append("agent:../../x:y", said("x"))
    assert not list(state.rglob("*.json*"))


async def test_a_closed_store_refuses(state: Path) -> None:
    async with opened(state) as store:
        pass
    with pytest.raises(Unavailable):
        await store.append("main", said("x"))
    await store.close()


async def test_messages_said_at_once_keep_their_order(state: Path) -> None:
    async with opened(state) as store:
        await asyncio.gather(*(store.append(f"s{number % 3}", said(str(number))) for number in range(60)))
        for session in range(3):
            assert await texts(store, f"s{session}") == [str(number) for number in range(session, 60, 3)]


async def test_who_stops_waiting_does_not_stop_the_writing(state: Path) -> None:
    heard = Heard()
    async with opened(state, heard) as store:
        waiting = spawn(store.append("main", said("kept")), name="impatient")
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await store.flush()
        assert await texts(store) == ["kept"]
        assert len(heard.stored) == 1


async def test_touch_is_at_once_in_memory_and_soon_on_the_disk(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LAZY_SECONDS", 0.01)
    async with opened(state) as store:
        await store.ensure("main")
        saves = []
        real = store._writer.flush
        saved = asyncio.Event()
        loop = asyncio.get_running_loop()

        def counted() -> None:
            saves.append(1)
            real()
            loop.call_soon_threadsafe(saved.set)

        monkeypatch.setattr(store._writer, "flush", counted)
        for number in range(50):
            entry = await store.touch("main", {"totalTokens": number})
            assert entry.total_tokens == number
        await asyncio.wait_for(saved.wait(), 5)
        assert json.loads(store.store_path("main").read_bytes())[MAIN]["totalTokens"] == 49
        assert len(saves) <= 2


async def test_a_full_disk_is_told_and_it_goes_on_when_there_is_space(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LAZY_SECONDS", 0.01)
    state.mkdir()
    with fault_disk(state) as disk:
        async with opened(state) as store:
            await store.append("main", said("one"))
            disk.fail(1, 28, lasting=True)
            with pytest.raises(StorageFault, match=r"the disk is full.*Free some space") as told:
                await store.append("main", said("two"))
            assert str(state) in told.value.message
            assert store.fault is not None
            await store.touch("main", {"totalTokens": 5})
            assert await texts(store) == ["one"]
            disk.heal()
            await store.append("main", said("three"))
            assert store.fault is None
            assert await texts(store) == ["one", "three"]
    assert json.loads((sessions(state) / "sessions.json").read_bytes())[MAIN]["totalTokens"] == 5


async def test_closing_on_a_full_disk_ends_with_a_log_line(state: Path, caplog: pytest.LogCaptureFixture) -> None:
    state.mkdir()
    with fault_disk(state) as disk:
        async with opened(state) as store:
            await store.touch("main", {"totalTokens": 5})
            disk.fail(1, 28, lasting=True)
    assert "could not be saved at the end" in caplog.text


async def test_a_vanished_state_folder(state: Path, tmp_path: Path) -> None:
    async with opened(state) as store:
        await store.append("main", said("one"))
        state.rename(tmp_path / "unmounted")
        with pytest.raises(StorageFault, match="not there"):
            await store.append("main", said("two"))
        with pytest.raises(StorageFault, match="not there"):
            await store.update("main", {"label": "x"})
        assert not state.exists()
        (tmp_path / "unmounted").rename(state)
        await store.append("main", said("three"))
        assert await texts(store) == ["one", "three"]


async def test_the_empty_folder_under_a_vanished_disk_is_not_written_to(state: Path, tmp_path: Path) -> None:
    async with opened(state) as store:
        await store.append("main", said("one"))
        state.rename(tmp_path / "unmounted")
        state.mkdir()
        with pytest.raises(StorageFault, match="not there"):
            await store.append("main", said("two"))
        assert list(state.iterdir()) == []
        state.rmdir()
        (tmp_path / "unmounted").rename(state)
        await store.append("main", said("three"))
        await store.append("agent:other:main", said("four"))
        assert await texts(store) == ["one", "three"]


async def test_reset_delete_compact_are_told(state: Path) -> None:
    heard = Heard()
    async with opened(state, heard) as store:
        for number in range(4):
            await store.append("x", said(str(number)))
        old = store.entry("x")
        assert old is not None
        assert (await store.compact("x", 2)).compacted
        assert await texts(store, "x") == ["2", "3"]
        fresh = await store.reset("x")
        assert fresh.session_id != old.session_id
        assert heard.changed[-1] == SessionChanged("agent:main:x", reset=True)
        (archived,) = await store.delete("x") or [""]
        assert archived == ""
        assert heard.changed[-1] == SessionChanged("agent:main:x", deleted=True)
        assert store.entries() == ()


def test_g02_a_second_process_is_refused_by_a_lock(state: Path) -> None:
    state.mkdir()
    first = FolderLock(state)
    first.acquire()
    with pytest.raises(AlreadyRunning):
        FolderLock(state).acquire()
    first.release()
    FolderLock(state).acquire()


@pytest.mark.parametrize("seconds", [-DAY, 365 * DAY, -365 * DAY])
async def test_g03_a_jumping_clock_reorders_and_resets_nothing(state: Path, seconds: float) -> None:
    clock = ManualClock()
    async with opened(state, clock=clock) as store:
        await store.append("a", said("1", clock.wall_ms()))
        await store.append("b", said("1", clock.wall_ms()))
        before = store.entry("a")
        assert before is not None
        clock.jump_wall(seconds)
        await store.append("a", said("2", clock.wall_ms()))
        after = store.entry("a")
        assert after is not None
        assert after.session_id == before.session_id
        assert after.updated_at >= before.updated_at
        assert [one.key for one in store.entries()] == ["agent:main:a", "agent:main:b"]
        assert await texts(store, "a") == ["1", "2"]
    async with opened(state, clock=clock) as store:
        assert await texts(store, "a") == ["1", "2"]
        assert len(store.entries()) == 2


@pytest.mark.parametrize("damage", ["missing", "empty", "older", "elsewhere"])
async def test_g04_a_lost_index_is_rebuilt_from_the_transcripts(state: Path, damage: str) -> None:
    async with opened(state) as store:
        await store.append("main", said("kept"))
        await store.flush()
        index = store.store_path("main")
        older = index.read_bytes()
        await store.append("agent:main:b", said("also kept"))
    if damage == "missing":
        index.unlink()
    index_data = {"empty": b"", "older": older, "elsewhere": older.replace(b'jsonl"', b'gone.jsonl"')}.get(damage)
    if index_data is not None:
        stamp = index.stat().st_mtime_ns
        index.write_bytes(index_data)
        os.utime(index, ns=(stamp - 10**12, stamp - 10**12))
    async with opened(state) as store:
        found = {one.key: await texts(store, one.key) for one in store.entries()}
        assert found == {MAIN: ["kept"], "agent:main:b": ["also kept"]}
    assert (len(list(sessions(state).glob("sessions.json.corrupt-*"))) == 1) == (damage == "empty")


async def test_g05_a_session_goes_on_after_a_crash_in_a_tool_call(state: Path) -> None:
    heard = Heard()
    async with opened(state) as store:
        await store.append("main", said("read it"))
        await store.append("main", Message("assistant", (ToolCall("c1", "read", {}),), 2))
    async with opened(state, heard) as store:
        assert [message.role for message in await store.context("main")] == ["user", "assistant", "toolResult"]
        assert await store.repair_interrupted("main") == 1
        assert await store.repair_interrupted("main") == 0
        assert heard.stored[0].message.is_error
        await store.append("main", said("go on"))
        roles = [message.role for message in await store.context("main")]
        assert roles == ["user", "assistant", "toolResult", "user"]


async def test_g06_ten_thousand_sessions(state: Path) -> None:
    folder = sessions(state)
    folder.mkdir(parents=True)
    rows = [
        entry_of(f"agent:main:s{number}", "main", {"sessionId": f"s{number}", "updatedAt": number, "label": "x" * 100})
        for number in range(10_000)
    ]
    (folder / "sessions.json").write_bytes(encode_index(rows, {}))
    tracemalloc.start()
    async with opened(state) as store:
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        began = time.perf_counter()
        assert len(store.entries()) == 10_000
        assert store.entries()[0].key == "agent:main:s9999"
        await store.touch("s5")
        assert store.entries()[0].key == "agent:main:s5"
        assert time.perf_counter() - began < 0.5
        assert held < 20_000_000


async def test_g06_a_hundred_thousand_messages(state: Path) -> None:
    async with opened(state) as store:
        await store.append("main", said("first"))
        path = next(sessions(state).glob("*.jsonl"))
        line = path.read_bytes().splitlines(keepends=True)[-1]
        path.write_bytes(path.read_bytes() + line * 100_000)
        began = time.perf_counter()
        assert len((await store.read("main", 200)).messages) == 200
        assert 0 < len(await store.context("main")) <= 2_000
        await store.append("main", said("last"))
        assert time.perf_counter() - began < 1.0
        assert (await texts(store))[-1] == "last"


async def test_g07_what_was_deleted_lies_in_the_trash_for_thirty_days(state: Path) -> None:
    clock = ManualClock()
    async with opened(state, clock=clock) as store:
        await store.append("x", said("hello"))
        (archived,) = await store.delete("x")
        assert archived.endswith(".jsonl.deleted.2025-10-09T08-53-20.000Z")
        clock.advance(29 * DAY)
        assert await store.empty_trash(clock.wall_ms()) == 0
        clock.advance(DAY)
        assert await store.empty_trash(clock.wall_ms()) == 1
    assert not Path(archived).exists()


async def test_an_append_is_quick(state: Path) -> None:
    state.mkdir()
    store = SessionStore(state, SystemClock(), EventBus(), "test")
    await store.open()
    took = []
    for number in range(150):
        began = time.perf_counter()
        await store.append("main", said(f"message {number}"))
        took.append(time.perf_counter() - began)
    await store.close()
    # 1.5 ms on a machine with nothing else to do; a loaded one gets some room.
    assert statistics.median(took) < 0.006


# Written by the facts known of Clawdbot 2026.1.24-3: one line of each kind that its gateway leaves after a tool turn.
CLAWDBOT = Path(__file__).with_name("clawdbot-2026.1.24.jsonl").read_bytes()


def clawdbot_folder(state: Path) -> tuple[Path, JsonObject]:
    folder = sessions(state)
    folder.mkdir(parents=True)
    path = folder / "6f1c9e54-2c1e-4a8e-9a63-0a5a2d9a3b11.jsonl"
    path.write_bytes(CLAWDBOT)
    entry: JsonObject = {
        "sessionId": path.stem, "updatedAt": 1769421604000, "systemSent": True, "abortedLastRun": False,
        "chatType": "direct", "deliveryContext": {"channel": "webchat"}, "lastChannel": "webchat",
        "origin": {"provider": "webchat", "surface": "webchat", "chatType": "direct"}, "sessionFile": str(path),
        "compactionCount": 0, "skillsSnapshot": {"prompt": "<skills/>", "skills": [{"name": "x"}]},
        "inputTokens": 10, "outputTokens": 5, "totalTokens": 15, "modelProvider": "openai", "model": "gpt-5",
        "contextTokens": 272000, "systemPromptReport": {"source": "run", "generatedAt": 1769421604000.5},
    }  # fmt: skip
    (folder / "sessions.json").write_text(json.dumps({MAIN: entry}, indent=2))
    return path, entry


async def test_a_clawdbot_folder_is_read_continued_and_stays_clawdbots(state: Path) -> None:
    path, row = clawdbot_folder(state)
    before = path.read_bytes()
    async with opened(state) as store:
        assert len((await store.read("main", 50)).messages) == 4
        context = await store.context("main")
        assert [message.role for message in context] == ["user", "assistant", "toolResult", "assistant"]
        assert context[2].text.startswith("half ")
        await store.append("main", said("go on", 1769421700000))
        await store.append("main", Message("assistant", (Text("gladly"),), 1769421701000))
        await store.update("main", {"verboseLevel": "on"})
    after = path.read_bytes()
    assert after.startswith(before)
    lines = [json.loads(line) for line in after.splitlines()]
    new = lines[CLAWDBOT.count(b"\n") :]
    assert [line["parentId"] for line in new] == ["91b2c3d4", new[0]["id"]]
    assert all(len(line["id"]) == 8 and line["timestamp"].endswith("Z") for line in new)
    stored = json.loads((sessions(state) / "sessions.json").read_bytes())
    assert list(stored) == [MAIN]
    assert {**stored[MAIN], "updatedAt": row["updatedAt"]} == {**row, "verboseLevel": "on"}


async def test_only_reading_a_clawdbot_folder_changes_no_byte(state: Path) -> None:
    clawdbot_folder(state)
    before = {path: path.read_bytes() for path in state.rglob("*") if path.is_file()}
    async with opened(state) as store:
        await store.read("main", 50)
        await store.context("main")
    assert {path: path.read_bytes() for path in state.rglob("*") if path.is_file()} == before


async def test_a_clawdbot_folder_with_a_legacy_main_entry(state: Path) -> None:
    _, row = clawdbot_folder(state)
    store_file = sessions(state) / "sessions.json"
    store_file.write_text(json.dumps({"main": row, MAIN: {**row, "updatedAt": 5, "label": "older"}}))
    async with opened(state) as store:
        assert [one.key for one in store.entries()] == [MAIN]
        assert len((await store.read("main", 9)).messages) == 4
    assert json.loads(store_file.read_bytes()) == {MAIN: {**row, "label": "older"}}
