"""One pass over a transcript counts everything, of whatever kind and in whatever state it is."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from clawd_desktop.core.errors import NotFound, Unreadable
from clawd_desktop.core.messages import Message, Text, ToolCall, Usage, to_wire, tool_result, user_message
from clawd_desktop.models.tokens import estimate_message
from clawd_desktop.operations import session_scan
from clawd_desktop.operations.session_scan import LARGEST_SHOWN, scan

CALL, LOST = ToolCall("c1", "clock", {}), ToolCall("c2", "exec", {"command": "true"})
ASKED = user_message("What time is it?", now_ms=1000)
WISH = Message("assistant", (CALL, LOST), 2000, "p", "m", usage=Usage(5, 2, cost=0.5), stop_reason="toolUse")
TIME = tool_result(CALL, "12:00", now_ms=3000)
SAID = Message("assistant", (Text("Noon."),), 4000, "p", "m", usage=Usage(9, 4, cost=0.25), stop_reason="stop")
BROKEN = Message("assistant", (), 5000, "q", "n", stop_reason="error", error="It broke.")


def line(message: Message, number: int = 1) -> bytes:
    return json.dumps({"type": "message", "id": f"{number:08x}", "message": to_wire(message)}).encode() + b"\n"


HEADER = b'{"type":"session","version":3,"id":"s1","timestamp":"2026-01-01T00:00:00.000Z"}\n'
COMPACTION = b'{"type":"compaction","id":"0000000c","summary":"s"}\n'


def test_a_whole_transcript(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    messages = (ASKED, WISH, TIME, SAID, BROKEN)
    path.write_bytes(
        HEADER + b"".join(line(m, n) for n, m in enumerate(messages)) + COMPACTION + b'{"type":"custom"}\n'
    )
    found = scan(path)
    assert (found.version, found.session_id, found.lines, found.size) == (3, "s1", 8, path.stat().st_size)
    assert found.roles == {"user": 1, "assistant": 3, "toolResult": 1}
    assert found.messages == 5
    assert found.tokens["assistant"] == sum(map(estimate_message, (WISH, SAID, BROKEN)))
    assert found.models == {"p/m": 2, "q/n": 1}
    assert found.usage == Usage(14, 6, cost=0.75)
    assert (found.first_ms, found.last_ms) == (1000, 5000)
    assert [(one.call_id, one.tool, one.entry_id) for one in found.open_calls] == [("c2", "exec", "00000001")]
    assert (found.open_count, found.stray_results, found.errors, found.compactions) == (1, 0, 1, 1)
    assert found.others == {"compaction": 1, "custom": 1}
    assert (found.torn, found.torn_count, found.unfinished) == ((), 0, False)


def test_torn_lines_are_counted_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    first = line(ASKED)
    path.write_bytes(first + b'{"type":"mess\n' + b"\0" * 9 + b"\n\n[]\n" + line(TIME) + line(SAID)[:-9])
    found = scan(path)
    assert found.torn == (len(first), len(first) + 14, len(first) + 25, len(path.read_bytes()) - len(line(SAID)) + 9)
    assert (found.torn_count, found.unfinished, found.stray_results, found.messages) == (4, True, 1, 2)


def test_the_last_line_counts_without_its_end(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    path.write_bytes(line(ASKED)[:-1])
    assert (scan(path).messages, scan(path).unfinished) == (1, True)


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    path.write_bytes(b"")
    assert (scan(path).lines, scan(path).messages, scan(path).size) == (0, 0, 0)


def test_the_largest_messages(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    path.write_bytes(b"".join(line(user_message("x" * 10 * n, now_ms=n), n) for n in (3, 9, 1, 7, 5, 8, 2)))
    largest = scan(path).largest
    assert len(largest) == LARGEST_SHOWN
    assert [one.at_ms for one in largest] == [9, 8, 7, 5, 3]
    assert largest[0].size == len(line(user_message("x" * 90, now_ms=9), 9)) - 1


@pytest.mark.parametrize("last", [b"\n", b""])
def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: bytes) -> None:
    monkeypatch.setattr(session_scan, "LONGEST_LINE", 500_000)
    path = tmp_path / "s1.jsonl"
    huge = line(user_message("y" * 600_000, now_ms=2))[:-1]
    path.write_bytes(line(ASKED) + huge + b"\n" + line(TIME) + huge + last)
    found = scan(path)
    assert (found.messages, found.torn_count) == (2, 2)
    assert found.torn == (len(line(ASKED)), len(line(ASKED)) + len(huge) + 1 + len(line(TIME)))
    assert found.unfinished is (last == b"")


def test_many_megabytes_need_few(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    with path.open("wb") as file:
        block = b"".join(line(user_message("word " * 2000, now_ms=n), n) for n in range(100))
        for _ in range(50):
            file.write(block)
    assert path.stat().st_size > 50_000_000
    tracemalloc.start()
    try:
        found = scan(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.messages == 5000
    assert peak < 4_000_000


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        scan(tmp_path / "nothing")
    with pytest.raises(Unreadable):
        scan(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable):
        scan(tmp_path / "pipe")
