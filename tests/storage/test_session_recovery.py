"""G04: whatever happened to the index, no conversation is hidden and nothing that stood there is lost."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.session_entry import entry_of
from clawd_desktop.storage.session_index import AgentIndex
from clawd_desktop.storage.session_recovery import examine, list_folder, recover
from clawd_desktop.storage.transcript_lines import encode, entry, header, key_fields

MAIN = "agent:main:main"


def transcript(folder: Path, session_id: str, *, key: str = "", at: int = 1000, retired: bool = False) -> Path:
    lines: list[JsonObject] = [header(session_id, "/", at)]
    lines += [entry("custom", None, at, key_fields(key, "test"))] if key else []
    lines += [entry("message", None, at, {"message": {"role": "user", "content": session_id, "timestamp": at}})]
    lines += [entry("custom", None, at, key_fields(key, "test", retired=True))] if retired else []
    path = folder / f"{session_id}.jsonl"
    path.write_bytes(b"".join(encode(line) + b"\n" for line in lines))
    os.utime(path, ns=(at * 10**6, at * 10**6))
    return path


def index(*entries: tuple[str, str]) -> AgentIndex:
    return AgentIndex(
        {key: entry_of(key, "main", {"sessionId": name, "label": f"label of {name}"}) for key, name in entries}
    )


def found(index: AgentIndex) -> dict[str, str]:
    return {key: entry.session_id for key, entry in index.entries.items()}


def run(index: AgentIndex, folder: Path, index_ns: int | None) -> dict[str, str]:
    recover(index, folder, list_folder(folder), main=MAIN, index_ns=index_ns)
    return found(index)


def test_a_lost_index_comes_back_with_its_keys(tmp_path: Path) -> None:
    transcript(tmp_path, "a", key=MAIN)
    transcript(tmp_path, "b", key="agent:main:telegram:group:-1", at=2000)
    empty = AgentIndex()
    assert run(empty, tmp_path, None) == {MAIN: "a", "agent:main:telegram:group:-1": "b"}
    assert empty.rewritten
    assert empty.entries[MAIN].raw == {"sessionId": "a", "sessionFile": str(tmp_path / "a.jsonl"), "updatedAt": 1000}


def test_of_transcripts_without_a_key_the_newest_becomes_the_main_session(tmp_path: Path) -> None:
    transcript(tmp_path, "old", at=1000)
    transcript(tmp_path, "newest", at=3000)
    transcript(tmp_path, "mid", at=2000)
    assert run(AgentIndex(), tmp_path, None) == {
        MAIN: "newest",
        "agent:main:recovered:mid": "mid",
        "agent:main:recovered:old": "old",
    }


def test_a_main_session_that_is_known_stays(tmp_path: Path) -> None:
    transcript(tmp_path, "main", key=MAIN)
    transcript(tmp_path, "other", at=9000)
    assert run(AgentIndex(), tmp_path, None) == {MAIN: "main", "agent:main:recovered:other": "other"}


@pytest.mark.parametrize(("key", "expected"), [("global", "global"), ("odd", "agent:main:odd"), ("agent:../x:y", MAIN)])
def test_odd_keys_come_back_too(tmp_path: Path, key: str, expected: str) -> None:
    transcript(tmp_path, "a", key=key)
    back = AgentIndex()
    assert run(back, tmp_path, None) == {expected: "a"}
    assert back.entries[expected].agent_id == "main"


def test_a_file_with_an_impossible_name_is_left_alone(tmp_path: Path) -> None:
    transcript(tmp_path, "a").rename(tmp_path / "a\nb.jsonl")
    assert run(AgentIndex(), tmp_path, None) == {}


def test_two_transcripts_of_one_key_are_both_there(tmp_path: Path) -> None:
    transcript(tmp_path, "a", key="agent:main:x", at=1000)
    transcript(tmp_path, "b", key="agent:main:x", at=2000)
    assert run(AgentIndex(), tmp_path, None) == {"agent:main:x": "b", "agent:main:recovered:a": "a"}


def test_what_a_reset_left_behind_does_not_come_back(tmp_path: Path) -> None:
    transcript(tmp_path, "a", key=MAIN, retired=True)
    assert run(AgentIndex(), tmp_path, None) == {}


def test_a_healthy_index_stays_as_it_is(tmp_path: Path) -> None:
    transcript(tmp_path, "a", key=MAIN)
    transcript(tmp_path, "reset-by-clawdbot", at=500)
    healthy = index((MAIN, "a"))
    assert run(healthy, tmp_path, 2000 * 10**6) == {MAIN: "a"}
    assert not healthy.rewritten


def test_an_index_older_than_its_transcripts(tmp_path: Path) -> None:
    transcript(tmp_path, "a", key=MAIN)
    transcript(tmp_path, "b", key="agent:main:b", at=3000)
    transcript(tmp_path, "c", at=3000)
    expected = {MAIN: "a", "agent:main:b": "b", "agent:main:recovered:c": "c"}
    assert run(index((MAIN, "a")), tmp_path, 2000 * 10**6) == expected


@pytest.mark.parametrize("key", [MAIN, ""])
def test_an_entry_that_points_at_a_missing_file_finds_its_transcript(tmp_path: Path, key: str) -> None:
    path = transcript(tmp_path, "a", key=key)
    lost = AgentIndex(
        {
            MAIN: entry_of(
                MAIN,
                "main",
                {"sessionId": "gone" if key else "a", "sessionFile": str(tmp_path / "gone.jsonl"), "label": "x"},
            )
        }
    )
    assert run(lost, tmp_path, 2000 * 10**6) == {MAIN: "a"}
    assert lost.entries[MAIN].session_file == str(path)
    assert lost.entries[MAIN].label == "x"


def test_an_entry_without_any_transcript_stays(tmp_path: Path) -> None:
    assert run(index((MAIN, "never-written")), tmp_path, 2000 * 10**6) == {MAIN: "never-written"}


def test_a_deletion_that_a_crash_cut_short_is_finished(tmp_path: Path) -> None:
    transcript(tmp_path, "a").rename(tmp_path / "a.jsonl.deleted.2026-01-31T10-00-00.000Z")
    assert run(index((MAIN, "a")), tmp_path, 2000 * 10**6) == {}


def test_a_legacy_twin_with_a_transcript_of_its_own_is_kept_apart(tmp_path: Path) -> None:
    transcript(tmp_path, "a")
    transcript(tmp_path, "b")
    merged = index((MAIN, "a"))
    merged.apart.append(entry_of(MAIN, "main", {"sessionId": "b", "label": "twin"}))
    assert run(merged, tmp_path, 2000 * 10**6) == {MAIN: "a", "agent:main:recovered:b": "b"}


def test_entries_that_point_outside_are_left_alone(tmp_path: Path) -> None:
    outside = AgentIndex({MAIN: entry_of(MAIN, "main", {"sessionId": "x", "sessionFile": "/etc/passwd"})})
    assert run(outside, tmp_path, 2000 * 10**6) == {MAIN: "x"}
    assert outside.entries[MAIN].session_file == "/etc/passwd"


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"no json\n", b"[1]\n"])
def test_a_file_that_says_nothing_is_no_conversation(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.jsonl").write_bytes(data)
    assert examine(tmp_path / "x.jsonl") is None


def test_a_header_that_names_another_file_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"type": "session", "id": "../../evil"}) + "\n")
    said = examine(path)
    assert said is not None
    assert said.session_id == "mine"


def test_what_lies_in_a_folder(tmp_path: Path) -> None:
    for name in (
        "a.jsonl",
        "b.jsonl.deleted.2026-01-31T10-00-00.000Z",
        ".sessions.json.1.x.new",
        "sessions.json",
        "c.txt",
    ):
        (tmp_path / name).touch()
    (tmp_path / "link.jsonl").symlink_to("/etc/passwd")
    (tmp_path / "folder.jsonl").mkdir()
    listing = list_folder(tmp_path)
    assert set(listing.transcripts) == {"a.jsonl"}
    assert listing.trashed == {"b.jsonl"}
    assert listing.leftovers == (".sessions.json.1.x.new",)
    assert list_folder(tmp_path / "none").transcripts == {}
