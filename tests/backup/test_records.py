"""What is remembered of backups: bounded, the last good one always, never written over when unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.backup.records import BackupRecord, BackupRecords, bounded, newest_good
from clawd_desktop.core.errors import Unreadable


def made(number: int, *, ok: bool = True, verified: bool = True) -> BackupRecord:
    areas = ("config", "sessions")
    path = f"/b/{number}.tar.zst" if ok else ""
    text = "" if ok else "The disk is full."
    return BackupRecord(
        f"b{number}", number, "person", ok, path, 5, areas, sealed=True, verified_ms=number if verified else 0,
        took_s=1.5, text=text,
    )  # fmt: skip


async def test_they_are_remembered_the_newest_first(tmp_path: Path) -> None:
    records = BackupRecords(tmp_path / "own" / "backups.json")
    assert await records.all() == ()
    for number in (1, 3, 2):
        await records.add(made(number, ok=number != 3))
    again = BackupRecords(tmp_path / "own" / "backups.json")
    assert await again.all() == (made(3, ok=False), made(2), made(1))
    await again.forget(frozenset({"/b/1.tar.zst"}))
    assert await records.all() == (made(3, ok=False), made(2))


async def test_one_that_is_found_damaged_is_no_longer_good(tmp_path: Path) -> None:
    records = BackupRecords(tmp_path / "backups.json")
    await records.add(made(1))
    await records.add(made(2))
    await records.read_back("/b/2.tar.zst", 9, "It is damaged.")
    await records.read_back("/b/1.tar.zst", 10)
    newest, older = await records.all()
    assert (newest.verified_ms, newest.text) == (0, "It is damaged.")
    assert (older.verified_ms, older.text) == (10, "")
    assert newest_good(await records.all()) == older


def test_the_last_good_one_is_never_forgotten() -> None:
    kept = bounded([made(1), *(made(number, ok=False) for number in range(2, 500))], most=10)
    assert len(kept) == 10
    assert kept[0].at_ms == 499
    assert newest_good(kept) == made(1)
    assert newest_good([made(5, verified=False), made(6, ok=False)]) is None


def test_what_failed_does_not_push_out_what_is_good() -> None:
    failed = [made(number, ok=False) for number in range(1_000, 1_300)]
    kept = bounded([*failed, *(made(number) for number in range(1, 181))])
    assert sum(record.ok for record in kept) == 150
    assert [record.at_ms for record in kept if not record.ok] == list(range(1_299, 1_249, -1))


async def test_a_list_that_is_not_understood_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "backups.json"
    file.write_text("{")
    with pytest.raises(Unreadable, match="The list of backups"):
        await BackupRecords(file).add(made(1))
    assert file.read_text() == "{"
