"""Traces are listed, read, replayed and exported; there are never too many, and deleted words do not stay."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from operations.test_recorded_form import WHOLE as RECORDED
from operations.test_trace_files import named
from operations.test_tracing import Clock, ask, tells, wants_both
from operations.tracing_stage import traced

from clawd_desktop.agent.replay import replay
from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.core import safeio
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import NotFound, Unreadable
from clawd_desktop.core.events import ConfigChanged, SessionChanged, TraceStored
from clawd_desktop.core.recorded import RecordedEnd, RecordedRun
from clawd_desktop.operations import recorded_form
from clawd_desktop.operations.trace_files import TraceFiles, TraceRow
from clawd_desktop.operations.trace_store import MOST_RECORDINGS_WAITING, MOST_WAITING, TraceStore


class Shelf:
    """A store and what it told."""

    def __init__(self, folder: Path, most_bytes: int = 10_000_000) -> None:
        self.bus, self.settings = EventBus(), Tracing(keep=3)
        self.stored: list[str] = []
        self.bus.subscribe(TraceStored, lambda event: self.stored.append(event.run_id))
        files = TraceFiles(folder / "traces", str, ManualClock())
        self.store = TraceStore(files, self.bus, lambda: self.settings, replay, most_bytes=most_bytes)


@asynccontextmanager
async def shelf(folder: Path, most_bytes: int = 10_000_000) -> AsyncIterator[Shelf]:
    made = Shelf(folder, most_bytes)
    made.store.start()
    try:
        yield made
    finally:
        await made.store.close()


async def test_the_newest_come_first_and_only_so_many_are_kept(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        for number in range(5):
            on.store.offer(replace(named(number), session_key=f"k{number % 2}"), None)
        await on.store.settled()
        assert [row.run_id for row in on.store.list()] == ["r4", "r3", "r2"]
        assert [row.run_id for row in on.store.list(1)] == ["r4"]
        assert [row.run_id for row in on.store.list(9, "k1")] == ["r3"]
        assert on.stored == ["r0", "r1", "r2", "r3", "r4"]
        assert len(list((tmp_path / "traces").iterdir())) == 3
    async with shelf(tmp_path) as again:
        assert await again.store.get("r3") == replace(named(3), session_key="k1")


async def test_the_size_is_bounded(tmp_path: Path) -> None:
    async with shelf(tmp_path, 1500) as on:
        for number in range(3):
            on.store.offer(named(number), RECORDED)
        await on.store.settled()
        rows = on.store.list()
        assert sum(path.stat().st_size for path in (tmp_path / "traces").iterdir()) == sum(row.bytes for row in rows)
        assert sum(row.bytes for row in rows) <= 1500
        assert rows
        assert not rows[-1].recording


async def test_keep_nothing(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.settings = Tracing(keep=0)
        on.store.offer(named(1), RECORDED)
        await on.store.settled()
        assert (on.store.list(), on.stored, list((tmp_path / "traces").iterdir())) == ((), [], [])


async def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.store.offer(named(1), None)
        with pytest.raises(NotFound, match="no trace of run 'nope'"):
            await on.store.get("nope")
        with pytest.raises(NotFound, match=r"diagnostics\.tracing\.record"):
            await on.store.replay("r1")


async def test_a_file_that_breaks_meanwhile_is_told_once_and_then_gone(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.store.offer(named(1), None)
        await on.store.settled()
        next((tmp_path / "traces").iterdir()).write_bytes(b"{")
        with pytest.raises(Unreadable):
            await on.store.get("r1")
        with pytest.raises(NotFound):
            await on.store.get("r1")


async def test_recordings_go_when_recording_is_switched_off(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.store.offer(named(1), RECORDED)
        await on.store.settled()
        on.settings = Tracing(record=False)
        on.bus.publish(ConfigChanged(("ui.theme",)))
        await on.store.settled()
        assert on.store.list()[0].recording
        on.bus.publish(ConfigChanged(("diagnostics.tracing.record",)))
        await on.store.settled()
        assert not on.store.list()[0].recording
        assert not list((tmp_path / "traces").glob("*.z"))


async def test_the_words_of_a_deleted_conversation_go_with_it(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.store.offer(replace(named(1), session_key="gone"), RECORDED)
        on.store.offer(replace(named(2), session_key="stays"), RECORDED)
        on.bus.publish(SessionChanged("gone", deleted=True))
        on.bus.publish(SessionChanged("stays"))
        await on.store.settled()
        assert [(row.session_key, bool(row.recording)) for row in on.store.list()] == [("stays", True), ("gone", False)]


class FullDisk(safeio.Calls):
    def write(self, descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")


async def test_a_full_disk_costs_traces_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with shelf(tmp_path) as on:
        with monkeypatch.context() as patched:
            patched.setattr(safeio, "calls", FullDisk())
            on.store.offer(named(1), None)
            await on.store.settled()
        assert (on.store.list(), on.store.dropped) == ((), 1)
        on.store.offer(named(2), None)
        await on.store.settled()
        assert [row.run_id for row in on.store.list()] == ["r2"]


async def test_a_flood_is_bounded(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        for number in range(MOST_WAITING + 10):
            on.store.offer(named(number), None)
        await on.store.settled()
        assert on.store.dropped == 10


async def test_a_flood_keeps_few_conversations_in_memory(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.settings = Tracing(keep=100)
        for number in range(10):
            on.store.offer(named(number), RecordedRun(f"r{number}", "main", (), (), RecordedEnd("reply")))
        await on.store.settled()
        rows = on.store.list()
        assert len(rows) == 10, "the traces are all there"
        assert sum(row.recording > 0 for row in rows) == MOST_RECORDINGS_WAITING
        on.store.offer(named(10), RecordedRun("r10", "main", (), (), RecordedEnd("reply")))
        await on.store.settled()
        row = on.store.row("r10")
        assert row is not None
        assert row.recording > 0, "recorded again once the flood is over"


async def test_a_tampered_recording_of_a_real_run_is_told(tmp_path: Path) -> None:
    async with traced(tmp_path, wants_both, tells, tools={"clock": Clock()}) as on:
        await ask(on, "r1")
        assert (await on.store.replay("r1")).same
        row = on.store.list()[0]
        whole = orjson.loads(recorded_form.encode(on.store._files.read_recording(row), str))
        whole["calls"][1]["answer"][1][2] = "It is 13:00."
        packed = zlib.compress(orjson.dumps(whole))
        (tmp_path / "traces" / f"{row.stem}.turn.json.z").write_bytes(packed)
        again = await on.store.replay("r1")
        assert not again.same
        assert (
            again.difference == "Message 4 (assistant) differs: its text was 'It is 12:00.', and is 'It is 13:00.' now."
        )


async def test_exports(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.store.offer(named(1), None)
        made = json.loads(json.dumps(await on.store.export("r1")))
        assert made["traceEvents"][2]["ph"] == "X"
        assert (await on.store.export("r1", "json"))["runId"] == "r1"


async def test_closing_stores_what_waits(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.store.offer(named(1), None)
    assert [row.run_id for row in await asyncio.to_thread(on.store._files.load)] == ["r1"]


async def test_a_conversation_that_is_deleted_while_others_are_forgotten_is_forgotten_too(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        for number in (1, 2):
            on.store.offer(replace(named(number), session_key=f"k{number}"), RECORDED)
        await on.store.settled()
        remove, files = TraceFiles.remove_recording, on.store._files  # noqa: SLF001

        def removed(row: TraceRow) -> TraceRow:
            loop.call_soon_threadsafe(on.bus.publish, SessionChanged("k2", deleted=True))
            return remove(files, row)

        loop = asyncio.get_running_loop()
        files.remove_recording = removed  # type: ignore[method-assign]
        on.bus.publish(SessionChanged("k1", deleted=True))
        await on.store.settled()
        assert [row.recording for row in on.store.list()] == [0, 0]


async def test_words_of_a_conversation_that_was_deleted_before_the_start_go_with_it(tmp_path: Path) -> None:
    async with shelf(tmp_path) as on:
        on.store.offer(replace(named(1), session_key="gone"), RECORDED)
        on.store.offer(replace(named(2), session_key="stays"), RECORDED)
    files = TraceFiles(tmp_path / "traces", str, ManualClock())
    store = TraceStore(files, EventBus(), lambda: Tracing(), replay, exists=lambda key: key == "stays")
    store.start()
    await store.settled()
    assert [(row.session_key, bool(row.recording)) for row in store.list()] == [("stays", True), ("gone", False)]
    await store.close()
