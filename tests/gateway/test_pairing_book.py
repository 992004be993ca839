"""What is in memory is what the disk has, whoever changes it at the same time."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.pairing_book import PairingBook


def book_in(folder: Path) -> PairingBook:
    store = DeviceStore(folder)
    return PairingBook(store.paired, store.pending, ManualClock())


async def test_changes_build_on_each_other(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    await book.open()

    def counted(record: JsonObject) -> JsonObject:
        count = record.get("count", 0)
        assert isinstance(count, int)
        return {"deviceId": "d", "count": count + 1}

    await asyncio.gather(*(book.change("d", counted) for _ in range(5)))
    assert book.paired["d"]["count"] == 5
    assert json.loads((tmp_path / "devices" / "paired.json").read_text())["d"]["count"] == 5


async def test_a_change_that_was_not_saved_did_not_happen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = book_in(tmp_path)
    await book.open()
    await book.change("d", lambda record: {"deviceId": "d"})
    await book.change_waiting(lambda waiting: {"r": {"requestId": "r", "ts": ManualClock().wall_ms()}})

    async def full(records: object) -> None:
        raise StorageFault("The disk is full.")

    monkeypatch.setattr(book._paired_file, "write", full)
    monkeypatch.setattr(book._pending_file, "write", full)
    with pytest.raises(StorageFault):
        await book.change("d", lambda record: {"deviceId": "d", "new": True})
    with pytest.raises(StorageFault):
        await book.change_waiting(lambda waiting: {})
    assert (book.paired, list(book.waiting)) == ({"d": {"deviceId": "d", "tokens": {}}}, ["r"])


async def test_what_nobody_decided_in_time_is_forgotten(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    now = ManualClock().wall_ms()
    await book.change_waiting(lambda waiting: {"old": {"ts": now - 300_001}, "new": {"ts": now}, "odd": {"ts": "x"}})
    book.drop_stale()
    assert list(book.waiting) == ["new"]
