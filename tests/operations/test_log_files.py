"""Files are cut and removed in the right order, and the newest always stay."""

from __future__ import annotations

import errno
import logging
import os
import time
from pathlib import Path

import pytest
from fault_disk import fault_disk
from operations.log_rig import entry, texts

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.operations import log_files
from clawd_desktop.operations.log_files import ALWAYS_KEPT, Keeping, LogFile, Place, pieces, prune
from clawd_desktop.operations.log_line import json_line

SMALL = Keeping(days=7, max_bytes=8 * 64 * 1024)


def log_file(folder: Path, keeping: Keeping = SMALL, file: Path | None = None) -> LogFile:
    return LogFile(Place(folder, file), keeping, json_line)


def names(place: Place) -> list[str]:
    return [path.name for path in pieces(place)]


def test_one_private_file_a_day_under_any_umask(tmp_path: Path) -> None:
    log = log_file(tmp_path / "a" / "logs")
    before = os.umask(0)
    try:
        log.send([entry("x")])
    finally:
        os.umask(before)
    assert log.path.name == f"clawd-desktop-{time.strftime('%Y-%m-%d')}.log"
    assert log.path.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (log.path.parent, log.path.parent.parent)} == {0o700}
    log.close()


def test_a_full_file_is_put_aside_and_the_next_one_begun(tmp_path: Path) -> None:
    log = log_file(tmp_path)
    for number in range(40):
        log.send([entry(f"{number} " + "x" * 10_000)])
    found = pieces(log.place)
    assert len(found) > 2
    assert found[-1] == log.path, "the newest has no number"
    assert [path.name.split(".")[1] for path in found[:-1]] == [str(number) for number in range(1, len(found))]
    numbers = [int(text.split()[0]) for path in found for text in texts(path)]
    assert numbers == list(range(40)), "no line is lost, none comes twice"
    assert all(path.stat().st_size <= SMALL.piece for path in found)
    log.close()


def test_the_oldest_go_when_all_are_too_large_and_the_last_words_stay(tmp_path: Path) -> None:
    log = log_file(tmp_path)
    for number in range(120):
        log.send([entry(f"{number} " + "x" * 10_000)])
    found = pieces(log.place)
    assert sum(path.stat().st_size for path in found) <= SMALL.max_bytes + SMALL.piece
    numbers = [int(text.split()[0]) for path in found for text in texts(path)]
    assert numbers == list(range(numbers[0], 120))
    assert 0 < numbers[0] < 80
    log.close()


def test_old_files_go_and_others_stay(tmp_path: Path) -> None:
    now, place = time.time(), Place(tmp_path)
    for days in (0, 1, 2, 6, 9, 400):
        place.path(now - days * 86_400).touch()
    for other in ("mine.log", "clawd-desktop-old.log", "clawd-desktop-2020-01-01.log.gz"):
        (tmp_path / other).touch()
    prune(place, SMALL, now)
    kept = {place.path(now - days * 86_400).name for days in (0, 1, 2, 6)}
    assert {path.name for path in tmp_path.iterdir()} == {
        *kept, "mine.log", "clawd-desktop-old.log", "clawd-desktop-2020-01-01.log.gz",
    }  # fmt: skip
    prune(place, Keeping(days=0), now + 10_000 * 86_400)
    assert len(names(place)) == 4, "0 days: for ever"


def test_a_clock_that_jumps_does_not_remove_the_newest(tmp_path: Path) -> None:
    now, place = time.time(), Place(tmp_path)
    for days in range(5):
        place.path(now - days * 86_400).touch()
    prune(place, SMALL, now + 3_000 * 86_400)
    assert names(place) == sorted(place.path(now - days * 86_400).name for days in range(ALWAYS_KEPT))


def test_what_another_program_rotates_away_meanwhile_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, place = time.time(), Place(tmp_path)
    for days in range(6):
        place.path(now - days * 86_400 * 100).touch()
    there = pieces(place)
    there[1].unlink()
    monkeypatch.setattr(log_files, "pieces", lambda place: there)
    prune(place, SMALL, now)
    assert len(names(place)) == ALWAYS_KEPT


def test_a_named_file_is_cut_the_same_way(tmp_path: Path) -> None:
    log = log_file(tmp_path, file=tmp_path / "deep" / "own.log")
    for number in range(20):
        log.send([entry(f"{number} " + "x" * 10_000)])
    assert names(log.place)[-1] == "own.log"
    assert names(log.place)[0] == "own.1.log"
    log.close()


@pytest.mark.parametrize("how", ["deleted", "renamed", "folder deleted", "replaced"])
def test_what_others_do_with_the_file_is_noticed(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "logs"
    log = log_file(folder)
    log.send([entry("one")])
    aside = tmp_path / "aside.log"
    if how == "deleted":
        log.path.unlink()
    elif how == "renamed":
        log.path.rename(aside)
    elif how == "replaced":
        aside.write_text("")
        aside.replace(log.path)
    else:
        log.path.unlink()
        folder.rmdir()
    log.send([entry("two")])
    assert texts(log.path) == ["two"]
    if how == "renamed":
        assert texts(aside) == ["one"]
    log.close()


def test_a_pipe_in_its_place_does_not_hold_the_writer_up(tmp_path: Path) -> None:
    log = log_file(tmp_path)
    os.mkfifo(log.path)
    with pytest.raises(StorageFault, match="is no file"):
        log.send([entry()])


def test_a_write_that_fails_halfway_leaves_whole_lines_only(tmp_path: Path) -> None:
    log = log_file(tmp_path)
    with fault_disk(tmp_path) as disk:
        log.send([entry("one")])
        disk.fail(1, errno.ENOSPC, short=True)
        with pytest.raises(StorageFault, match="the disk is full"):
            log.send([entry("two" * 100), entry("three")])
        assert disk.failed
    assert texts(log.path) == ["one"]
    log.send([entry("two"), entry("three")])
    assert texts(log.path) == ["one", "two", "three"]
    log.close()


def test_errors_survive_a_power_cut_and_a_flood_of_them_does_not_wear_the_disk_out(tmp_path: Path) -> None:
    log = log_file(tmp_path)
    with fault_disk(tmp_path) as disk:
        log.send([entry("calm")])
        assert [op.kind for op in disk.ops].count("fsync") == 0
        log.send([entry("broke", logging.ERROR)])
        assert all(b"broke" in image[log.path.name] for _, image in disk.images_now())
        for _ in range(50):
            log.send([entry("broke again", logging.ERROR)])
        assert [op.kind for op in disk.ops].count("fsync") == 1
    log.close()
