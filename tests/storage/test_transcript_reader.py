"""The end of a transcript is read quickly, in stretches that fit together, whatever stands in the middle."""

from __future__ import annotations

import json
import logging
import os
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clawd_desktop.core.errors import Unreadable
from clawd_desktop.storage import transcript_reader as reader


def line(number: int, text: str = "") -> bytes:
    entry = {"type": "message", "id": f"{number:08x}", "message": {"role": "user", "content": text or str(number)}}
    return json.dumps(entry).encode() + b"\n"


def write(folder: Path, *lines: bytes) -> Path:
    path = folder / "s.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def numbers(stretch: reader.Stretch) -> list[int]:
    return [int(name, 16) for name, _ in stretch.messages]


def test_the_newest_messages_in_their_order(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"type":"session","id":"s"}\n', *map(line, range(1, 11)))
    stretch = reader.read_stretch(path, 3)
    assert numbers(stretch) == [8, 9, 10]
    assert stretch.messages[0][1] == {"role": "user", "content": "8"}


def test_the_stretches_together_are_the_history(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"type":"session","id":"s"}\n', *map(line, range(1, 11)))
    newest = reader.read_stretch(path, 4)
    middle = reader.read_stretch(path, 4, newest.before)
    oldest = reader.read_stretch(path, 4, middle.before)
    assert numbers(oldest) + numbers(middle) + numbers(newest) == list(range(1, 11))
    assert oldest.before is None


def test_a_full_stretch_at_the_start_has_none_before(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"type":"session","id":"s"}\n', line(1), line(2))
    assert reader.read_stretch(path, 2).before is None


def test_positions_stay_good_while_the_session_grows(tmp_path: Path) -> None:
    path = write(tmp_path, *map(line, range(1, 7)))
    before = reader.read_stretch(path, 3).before
    path.write_bytes(path.read_bytes() + line(7) + line(8))
    assert numbers(reader.read_stretch(path, 3, before)) == [1, 2, 3]


@pytest.mark.parametrize("before", [-5, 0, 1, 10**9])
def test_odd_positions_do_no_harm(tmp_path: Path, before: int) -> None:
    path = write(tmp_path, *map(line, range(1, 4)))
    assert len(reader.read_stretch(path, 5, before).messages) in (0, 3)


def test_a_position_within_a_line_leaves_that_line_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, *map(line, range(1, 4)))
    assert numbers(reader.read_stretch(path, 5, len(line(1)) + 5)) == [1]
    assert not caplog.records


@pytest.mark.parametrize("limit", [0, 1])
def test_small_limits(tmp_path: Path, limit: int) -> None:
    path = write(tmp_path, *map(line, range(1, 4)))
    assert len(reader.read_stretch(path, limit).messages) == limit


def test_nothing_there_is_no_history(tmp_path: Path) -> None:
    assert reader.read_stretch(tmp_path / "none.jsonl", 5) == reader.Stretch([], None)
    assert reader.read_stretch(write(tmp_path), 5) == reader.Stretch([], None)


def test_an_unreadable_line_in_the_middle_is_passed_over_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path, line(1), b"\0\0 broken\n", b"\n", line(2))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert numbers(reader.read_stretch(path, 5)) == [1, 2]
    assert len(caplog.records) == 1


def test_a_torn_last_line_is_not_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, line(1), line(2)[:-10])
    assert numbers(reader.read_stretch(path, 5)) == [1]
    assert not caplog.records


def test_lines_longer_than_a_block(tmp_path: Path) -> None:
    path = write(tmp_path, line(1), line(2, "x" * 300_000), line(3), line(4, "y" * 65_536))
    assert numbers(reader.read_stretch(path, 9)) == [1, 2, 3, 4]


def test_a_line_beyond_all_measure_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_LONGEST_LINE", 200_000)
    path = write(tmp_path, line(1), line(2, "x" * 600_000), line(3))
    assert numbers(reader.read_stretch(path, 9)) == [1, 3]


def test_a_stretch_of_huge_messages_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_STRETCH_BYTES", 1000)
    path = write(tmp_path, *(line(number, "x" * 400) for number in range(1, 6)))
    newest = reader.read_stretch(path, 5)
    assert numbers(newest) == [4, 5]
    assert numbers(reader.read_stretch(path, 5, newest.before)) == [2, 3]


def test_one_message_larger_than_a_stretch_is_shown_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_STRETCH_BYTES", 100)
    path = write(tmp_path, *(line(number, "x" * 400) for number in range(1, 4)))
    assert numbers(reader.read_stretch(path, 5)) == [3]


def test_the_tail_goes_back_to_what_the_compaction_kept(tmp_path: Path) -> None:
    kept = b'{"type":"compaction","id":"k","summary":"s","firstKeptEntryId":"00000003"}\n'
    path = write(tmp_path, *map(line, range(1, 6)), kept, line(6))
    found = [one.entry["id"] for one in reader.read_tail(path)]
    assert found == ["00000003", "00000004", "00000005", "k", "00000006"]


def test_the_tail_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, *map(line, range(100)))
    monkeypatch.setattr(reader, "CONTEXT_LINES", 10)
    assert len(reader.read_tail(path)) == 10
    monkeypatch.setattr(reader, "_CONTEXT_BYTES", 300)
    assert len(reader.read_tail(path)) == 300 // len(line(1))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    for name in ("pipe.jsonl", "folder.jsonl"):
        with pytest.raises(Unreadable):
            reader.read_stretch(tmp_path / name, 5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=40).filter(lambda data: b"\n" not in data)), st.integers(1, 50))
def test_backwards_is_split_reversed(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], block: int) -> None:
    path = tmp_path_factory.mktemp("lines") / "x"
    data = b"\n".join(pieces)
    path.write_bytes(data)
    kept, reader._BLOCK = reader._BLOCK, block
    try:
        with path.open("rb") as file:
            found = list(reader._backwards(file, len(data)))
    finally:
        reader._BLOCK = kept
    assert [text for _, text in found] == [piece for piece in reversed(data.split(b"\n")) if piece]
    assert all(data[start : start + len(text)] == text for start, text in found)


def test_g06_the_end_of_100_000_lines_costs_little(tmp_path: Path) -> None:
    path = write(tmp_path, *map(line, range(100_000)))
    tracemalloc.start()
    began = time.perf_counter()
    stretch = reader.read_stretch(path, 200)
    took = time.perf_counter() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert numbers(stretch) == list(range(99_800, 100_000))
    assert took < 0.1
    assert peak < 2_000_000


def test_what_was_appended_is_read_alone(tmp_path: Path) -> None:
    path = write(tmp_path, line(1), line(2))
    size = path.stat().st_size
    assert reader.read_after(path, size, "00000002") == []
    with path.open("ab") as file:
        file.write(line(3) + b"no JSON\n" + line(4))
    added = reader.read_after(path, size, "00000002")
    assert added is not None
    assert [entry["id"] for entry in added] == ["00000003", "00000004"]


def test_a_file_that_is_another_before_what_was_appended_is_not_gone_on_with(tmp_path: Path) -> None:
    path = write(tmp_path, line(1), line(2), line(3))
    size = len(line(1) + line(2))
    assert reader.read_after(path, size, "00000001") is None, "the line before is another"
    assert reader.read_after(path, size - 5, "00000002") is None, "the line before is longer"
    assert reader.read_after(path, 0, "") is None, "there is no line before"
    assert reader.read_after(tmp_path / "none", 10, "00000001") is None
