"""A conversation is inspected by any of its names; what is wrong with it is told and never raised."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from operations.test_session_scan import ASKED, HEADER, SAID, WISH, line
from operations.test_trace_files import row

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.tasks import spawn
from clawd_desktop.operations.inspection import Inspector
from clawd_desktop.operations.trace_files import TraceRow
from clawd_desktop.storage.sessions import SessionStore

MAIN = "agent:main:main"
RUN = row(1, 2, 3)


def runs(limit: int, key: str) -> tuple[TraceRow, ...]:
    return (RUN,) if key == MAIN else ()


@asynccontextmanager
async def stored(folder: Path) -> AsyncIterator[SessionStore]:
    made = SessionStore(folder, ManualClock(), EventBus(), "test")
    await made.open()
    await made.append("main", ASKED)
    await made.append("main", WISH)
    await made.append("main", SAID)
    await made.update("main", {"label": "My talk", "thinkingLevel": "low"})
    try:
        yield made
    finally:
        await made.close()


@pytest.mark.parametrize("name", ["main", MAIN, " MAIN ", "My talk", "by id"])
async def test_a_conversation_by_any_name(tmp_path: Path, name: str) -> None:
    async with stored(tmp_path) as store:
        entry = store.entry("main")
        assert entry is not None
        found = await Inspector(store, runs).inspect(entry.session_id if name == "by id" else name)
        assert (found.exists, found.error, found.session_key, found.session_id) == (True, "", MAIN, entry.session_id)
        assert found.scan is not None
        assert (found.scan.messages, found.scan.open_count, found.runs) == (3, 2, (RUN,))
        assert abs(found.modified_ms / 1000 - time.time()) < 600
        assert found.entry["thinkingLevel"] == "low"
        assert Path(found.path).name == f"{entry.session_id}.jsonl"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing", "There is no conversation 'nothing'"),
        ("", "There is no conversation ''"),
        ("../../etc/passwd", "There is no conversation"),
        ("agent:../x:y", "names no possible agent"),
        ("a\nb", "no control characters"),
        ("x" * 600, "at most 512"),
    ],
)
async def test_what_is_none(tmp_path: Path, name: str, told: str) -> None:
    made = SessionStore(tmp_path, ManualClock(), EventBus(), "test")
    await made.open()
    found = await Inspector(made, runs).inspect(name)
    assert not found.exists
    assert told in found.error
    await made.close()


async def test_a_transcript_that_a_reset_left_behind(tmp_path: Path) -> None:
    async with stored(tmp_path) as store:
        before = store.entry("main")
        assert before is not None
        await store.reset("main")
        found = await Inspector(store, runs).inspect(before.session_id)
        assert (found.exists, found.session_key, found.error) == (
            True,
            "",
            "No conversation uses this transcript any more.",
        )
        assert found.scan is not None
        assert found.scan.messages == 3


async def broken(store: SessionStore, how: str) -> str:
    entry = store.entry("main")
    assert entry is not None
    path = store.store_path("main").parent / f"{entry.session_id}.jsonl"
    path.unlink()
    match how:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to("/etc/passwd")
        case "garbage":
            path.write_bytes(os.urandom(5000))
    found = await Inspector(store, runs).inspect("main")
    assert found.exists
    if how == "garbage":
        assert found.scan is not None
        return f"{found.scan.torn_count > 0} {found.scan.messages}"
    assert found.scan is None
    return found.error


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("gone", "There is no file"),
        ("pipe", "is not a regular file"),
        ("folder", "is not a "),
        ("link", "outside"),
        ("garbage", "True 0"),
    ],
)
async def test_broken_files_are_told(tmp_path: Path, how: str, told: str) -> None:
    async with stored(tmp_path) as store:
        assert told in await broken(store, how)


async def test_an_entry_that_leads_elsewhere_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "agents" / "main" / "sessions"
    folder.mkdir(parents=True)
    row = {"sessionId": "abc", "sessionFile": "/etc/passwd", "updatedAt": 1}
    (folder / "sessions.json").write_text(json.dumps({MAIN: row}))
    made = SessionStore(tmp_path, ManualClock(), EventBus(), "test")
    await made.open()
    found = await Inspector(made, runs).inspect("main")
    assert (found.exists, found.scan) == (True, None)
    assert "outside" in found.error
    await made.close()


async def test_a_huge_one_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    async with stored(tmp_path) as store:
        entry = store.entry("main")
        assert entry is not None
        path = store.store_path("main").parent / f"{entry.session_id}.jsonl"
        path.write_bytes(HEADER + line(ASKED, 1) * 150_000)
        looking = spawn(Inspector(store, runs).inspect("main"), name="looking")
        worst, ticks, last = 0.0, 0, time.monotonic()
        while not looking.done():
            await asyncio.sleep(0.001)
            now = time.monotonic()
            worst, last, ticks = max(worst, now - last), now, ticks + 1
        found = await looking
        assert found.scan is not None
        assert found.scan.messages == 150_000
        assert ticks > 20
        assert worst < 0.5  # on a busy computer; the file is read for seconds
