"""What was acknowledged stays; what was torn is set aside; a path never leaves the folder."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from fault_disk import fault_disk

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, Refused, StorageFault, Unreadable
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage import transcripts
from clawd_desktop.storage.transcripts import Origin, TranscriptWriter, transcript_path

ORIGIN = Origin("s1", "agent:main:main", "/work", "test")
NOW = ManualClock().wall_ms()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s1.jsonl"


@pytest.fixture
def writer() -> TranscriptWriter:
    return TranscriptWriter(ManualClock())


def say(writer: TranscriptWriter, path: Path, text: str) -> str:
    return writer.append(path, ORIGIN, "message", {"message": {"role": "user", "content": text}})


def lines(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def contents(path: Path) -> list[object]:
    return [line["message"]["content"] for line in lines(path) if "message" in line]  # type: ignore[index,call-overload]


def test_a_new_transcript_is_a_version_3_session(writer: TranscriptWriter, path: Path) -> None:
    first = say(writer, path, "one")
    second = say(writer, path, "two")
    header, key, *said = lines(path)
    assert header == {"type": "session", "version": 3, "id": "s1", "timestamp": header["timestamp"], "cwd": "/work"}
    assert key["parentId"] is None
    assert [line["id"] for line in said] == [first, second]
    assert [line["parentId"] for line in said] == [key["id"], first]
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_goes_on_after_another_writer(writer: TranscriptWriter, path: Path) -> None:
    say(writer, path, "ours")
    with path.open("ab") as theirs:
        theirs.write(
            b'{"type":"message","id":"feedbeef","parentId":null,"message":{"role":"user","content":"theirs"}}\n'
        )
    say(writer, path, "ours again")
    assert lines(path)[-1]["parentId"] == "feedbeef"


def test_it_follows_a_file_that_was_replaced(writer: TranscriptWriter, path: Path) -> None:
    say(writer, path, "old")
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.rename(path)
    say(writer, path, "new")
    assert contents(path) == ["old", "new"]


def test_a_torn_line_is_set_aside(writer: TranscriptWriter, path: Path) -> None:
    say(writer, path, "whole")
    writer.close_all()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"type":"mess')
    say(writer, path, "next")
    assert path.read_bytes().startswith(whole)
    assert contents(path) == ["whole", "next"]
    assert path.with_name(f"s1.jsonl.torn-{NOW}").read_bytes() == b'{"type":"mess'


def test_torn_lines_do_not_overwrite_each_other(writer: TranscriptWriter, path: Path) -> None:
    for torn in (b"first", b"second"):
        with path.open("ab") as file:
            file.write(torn)
        say(writer, path, "next")
    assert sorted(torn.read_bytes() for torn in path.parent.glob("*.torn-*")) == [b"first", b"second"]


def test_a_last_line_that_lacks_only_its_end_is_kept(writer: TranscriptWriter, path: Path) -> None:
    say(writer, path, "one")
    path.write_bytes(path.read_bytes()[:-1])
    say(writer, path, "two")
    assert contents(path) == ["one", "two"]
    assert not list(path.parent.glob("*.torn-*"))


def test_unreadable_lines_in_the_middle_stay_in_place(writer: TranscriptWriter, path: Path) -> None:
    say(writer, path, "one")
    before = path.read_bytes() + b"\0\0\0 broken\n"
    path.write_bytes(before)
    say(writer, path, "two")
    assert path.read_bytes().startswith(before)


def test_a_lost_header_comes_back_and_the_file_as_it_was_is_kept(writer: TranscriptWriter, path: Path) -> None:
    headless = b'{"type":"message","id":"0000000a","message":{"role":"user","content":"kept"}}\n'
    path.write_bytes(headless)
    say(writer, path, "new")
    assert lines(path)[0]["type"] == "session"
    assert lines(path)[0]["id"] == "s1"
    assert contents(path) == ["kept", "new"]
    assert path.with_name(f"s1.jsonl.headless-{NOW}").read_bytes() == headless


def test_few_files_are_kept_open(writer: TranscriptWriter, tmp_path: Path) -> None:
    say(writer, tmp_path / "warm.jsonl", "x")
    before = len(os.listdir("/proc/self/fd"))
    for number in range(50):
        say(writer, tmp_path / f"{number}.jsonl", "x")
    assert len(os.listdir("/proc/self/fd")) - before <= transcripts._KEPT_OPEN
    writer.close_all()
    assert len(os.listdir("/proc/self/fd")) <= before


def test_what_is_no_json_changes_nothing(writer: TranscriptWriter, path: Path) -> None:
    say(writer, path, "one")
    before = path.read_bytes()
    with pytest.raises(BadInput):
        writer.append(path, ORIGIN, "message", {"message": object()})  # type: ignore[dict-item]
    assert path.read_bytes() == before


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EMFILE])
@pytest.mark.parametrize("short", [False, True])
def test_every_failing_call_leaves_the_transcript_as_it_was(tmp_path: Path, error: int, short: bool) -> None:
    for lasting in (False, True):
        for at in range(1, 30):
            folder = tmp_path / f"{lasting}-{at}"
            folder.mkdir()
            path = folder / "s1.jsonl"
            with fault_disk(folder) as disk:
                writer = TranscriptWriter(ManualClock())
                say(writer, path, "acknowledged")
                if at % 2:
                    writer.close_all()
                before = path.read_bytes()
                disk.fail(at, error, lasting=lasting, short=short)
                failed = False
                try:
                    say(writer, path, "refused")
                except StorageFault:
                    failed = True
                assert failed == disk.failed
                disk.heal()
                say(writer, path, "afterwards")
            assert contents(path) == ["acknowledged", *([] if failed else ["refused"]), "afterwards"]
            assert path.read_bytes().startswith(before)
            if not failed:
                break
        assert not failed


def test_a_vanished_folder_is_a_sentence_and_comes_back(writer: TranscriptWriter, tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    path = folder / "s1.jsonl"
    say(writer, path, "one")
    folder.rename(tmp_path / "away")
    with pytest.raises(StorageFault, match="the folder is not there"):
        say(writer, path, "two")
    (tmp_path / "away").rename(folder)
    say(writer, path, "three")
    assert contents(path) == ["one", "three"]


def test_compact_keeps_the_header_and_the_last_lines(writer: TranscriptWriter, path: Path) -> None:
    for number in range(10):
        say(writer, path, str(number))
    original = path.read_bytes()
    done = writer.compact(path, 3)
    assert (done.compacted, done.kept, done.reason) == (True, 3, "")
    assert contents(path) == ["7", "8", "9"]
    assert lines(path)[0]["type"] == "session"
    assert path.read_bytes().endswith(b"".join(original.splitlines(keepends=True)[-3:]))
    assert Path(done.archived[0]).read_bytes() == original
    assert Path(done.archived[0]).name == "s1.jsonl.bak.2025-10-09T08-53-20.000Z"
    say(writer, path, "10")
    assert contents(path) == ["7", "8", "9", "10"]


@pytest.mark.parametrize("count", [11, 12, 400])
def test_a_short_transcript_is_not_compacted(writer: TranscriptWriter, path: Path, count: int) -> None:
    for number in range(9):
        say(writer, path, str(number))
    assert writer.compact(path, count) == transcripts.Compacted(False, kept=11)


def test_compact_at_the_edge_keeps_no_line_twice(writer: TranscriptWriter, path: Path) -> None:
    for number in range(4):
        say(writer, path, str(number))
    original = path.read_bytes()
    assert writer.compact(path, 5).compacted
    assert path.read_bytes() == original


def test_nothing_to_compact(writer: TranscriptWriter, path: Path) -> None:
    assert writer.compact(path, 5).reason == "no transcript"
    assert not path.exists()


def test_the_trash(writer: TranscriptWriter, path: Path) -> None:
    say(writer, path, "x")
    assert writer.archive(path) == Path(f"{path}.deleted.2025-10-09T08-53-20.000Z")
    assert writer.archive(path) is None
    say(writer, path, "y")
    assert writer.archive(path) == Path(f"{path}.deleted.2025-10-09T08-53-20.000Z.1")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_not_written_to(writer: TranscriptWriter, path: Path, make: object) -> None:
    make(path)  # type: ignore[operator]
    with pytest.raises(Unreadable):
        say(writer, path, "x")


@pytest.mark.parametrize(
    ("session_id", "session_file", "name"),
    [
        ("s1", "", "s1.jsonl"),
        ("s1", "{folder}/s1.jsonl", "s1.jsonl"),
        ("s1", "{folder}/other.jsonl", "other.jsonl"),
        ("s1", "/home/other/.clawdbot/agents/main/sessions/s1.jsonl", "s1.jsonl"),
        ("s1", "C:\\Users\\me\\.clawdbot\\agents\\main\\sessions\\s1-topic-7.jsonl", "s1-topic-7.jsonl"),
    ],
)
def test_paths_inside(tmp_path: Path, session_id: str, session_file: str, name: str) -> None:
    assert transcript_path(tmp_path, session_id, session_file.format(folder=tmp_path)) == tmp_path / name


@pytest.mark.parametrize(
    ("session_id", "session_file"),
    [
        ("../../x", ""),
        ("", ""),
        ("/etc/passwd", ""),
        ("s1", "/etc/passwd"),
        ("s1", "{folder}/../evil.jsonl"),
        ("s1", "{folder}/passwd"),
        ("s1", "{folder}-evil/other.jsonl"),
        ("s1", "{folder}/.hidden.jsonl"),
        ("s1", "other.jsonl"),
        ("s1", "/elsewhere/other.jsonl"),
        ("s1", "/x/s1-topic-..\0.jsonl"),
    ],
)
def test_paths_outside_are_refused(tmp_path: Path, session_id: str, session_file: str) -> None:
    with pytest.raises(Refused):
        transcript_path(tmp_path, session_id, session_file.format(folder=tmp_path))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "sessions" / "s1.jsonl").symlink_to(tmp_path / "secret")
    with pytest.raises(Refused):
        transcript_path(tmp_path / "sessions", "s1", "")
