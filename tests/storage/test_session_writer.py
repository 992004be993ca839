"""Each change is whole or not there at all, whichever call of the disk fails."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fault_disk import fault_disk

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import NotFound, Refused, StorageFault
from clawd_desktop.core.messages import Message, Text, ToolCall, user_message
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.index_files import Place
from clawd_desktop.storage.session_table import SessionTable
from clawd_desktop.storage.session_writer import SessionWriter
from clawd_desktop.storage.transcript_reader import read_stretch

MAIN = "agent:main:main"
OTHER = "agent:main:other"


class Desk:
    """A writer with its table and clock on a folder."""

    def __init__(self, state: Path) -> None:
        self.clock = ManualClock()
        self.table = SessionTable()
        self.writer = SessionWriter(Place(state, "main", "main", "/work", "test"), self.clock, self.table)
        self.writer.open()

    def say(self, text: str, key: str = MAIN) -> str:
        return self.writer.append(key, user_message(text, now_ms=1))

    def heard(self, key: str = MAIN) -> list[object]:
        entry = self.table.get(key)
        messages = read_stretch(self.writer.path(entry), 99).messages if entry else []
        return [message["content"][0]["text"] for _, message in messages]  # type: ignore[index,call-overload]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


def test_the_first_message_makes_the_session(state: Path) -> None:
    desk = Desk(state)
    desk.say("hello")
    entry = desk.table.get(MAIN)
    assert entry is not None
    folder = state / "agents" / "main" / "sessions"
    assert entry.session_file == str(folder / f"{entry.session_id}.jsonl")
    assert json.loads((folder / "sessions.json").read_bytes())[MAIN]["sessionId"] == entry.session_id
    assert (folder.stat().st_mode & 0o777) == 0o700


def test_ensure_update_and_a_null(state: Path) -> None:
    desk = Desk(state)
    first = desk.writer.ensure(OTHER, {"label": "x", "spawnedBy": "me"})
    assert desk.writer.ensure(OTHER, {"label": "ignored"}) is first
    after = desk.writer.update(OTHER, {"label": None, "thinkingLevel": "low"})
    assert (after.label, after.thinking_level, after.raw["spawnedBy"]) == ("", "low", "me")
    assert Desk(state).table.get(OTHER) == after


@pytest.mark.parametrize("changes", [{"sessionId": "../../x"}, {"sessionFile": "/etc/passwd"}])
def test_an_update_cannot_lead_out_of_the_folder(state: Path, changes: JsonObject) -> None:
    desk = Desk(state)
    desk.say("hello")
    before = desk.table.get(MAIN)
    with pytest.raises(Refused):
        desk.writer.update(MAIN, changes)
    with pytest.raises(Refused):
        desk.writer.ensure(OTHER, changes)
    assert desk.table.get(MAIN) == before
    assert desk.table.get(OTHER) is None


def test_an_index_that_names_a_file_outside_is_refused_and_a_reset_helps(state: Path) -> None:
    folder = state / "agents" / "main" / "sessions"
    folder.mkdir(parents=True)
    (folder / "sessions.json").write_text(json.dumps({MAIN: {"sessionId": "s", "sessionFile": "/etc/passwd"}}))
    desk = Desk(state)
    with pytest.raises(Refused):
        desk.say("x")
    desk.writer.reset(MAIN)
    desk.say("y")
    assert desk.heard() == ["y"]


def test_reset_leaves_the_old_transcript_where_it_was(state: Path) -> None:
    desk = Desk(state)
    desk.say("old")
    old = Path(desk.writer.ensure(MAIN, {}).session_file)
    before = old.read_bytes()
    fresh = desk.writer.reset(MAIN)
    assert Path(fresh.session_file) != old
    assert old.read_bytes().startswith(before)
    desk.say("new")
    assert desk.heard() == ["new"]
    with pytest.raises(NotFound):
        desk.writer.reset("agent:main:nobody")


def test_g04_a_reset_is_not_undone_by_a_lost_index(state: Path) -> None:
    desk = Desk(state)
    desk.say("old")
    desk.writer.reset(MAIN)
    desk.say("new")
    (state / "agents/main/sessions/sessions.json").unlink()
    again = Desk(state)
    assert again.heard() == ["new"]
    assert len(again.table.newest_first(None)) == 1


def test_delete_moves_to_the_trash_and_back_in_thirty_days_nothing(state: Path) -> None:
    desk = Desk(state)
    desk.say("x", OTHER)
    (archived,) = desk.writer.delete(OTHER, True)
    assert desk.table.get(OTHER) is None
    now = desk.clock.wall_ms()
    assert desk.writer.empty_trash(now + 30 * 86_400_000 - 1) == 0
    assert desk.writer.empty_trash(now - 86_400_000 * 365) == 0
    assert Path(archived).exists()
    assert desk.writer.empty_trash(now + 30 * 86_400_000) == 1
    assert not Path(archived).exists()


def test_the_trash_keeps_what_it_does_not_know(state: Path) -> None:
    desk = Desk(state)
    desk.say("x")
    odd = state / "agents/main/sessions/a.jsonl.deleted.whenever"
    odd.touch()
    assert desk.writer.empty_trash(2**45) == 0
    assert odd.exists()


def test_delete_without_the_transcript(state: Path) -> None:
    desk = Desk(state)
    desk.say("x", OTHER)
    path = Path(desk.writer.ensure(OTHER, {}).session_file)
    assert desk.writer.delete(OTHER, False) == []
    assert path.exists()
    assert desk.writer.delete(OTHER, True) == []
    assert Desk(state).table.get(OTHER) is None


def test_compact_forgets_the_token_counts(state: Path) -> None:
    desk = Desk(state)
    desk.writer.ensure(MAIN, {"totalTokens": 5, "inputTokens": 3, "label": "kept"})
    for number in range(5):
        desk.say(str(number))
    assert desk.writer.compact(MAIN, 2).compacted
    raw = desk.writer.ensure(MAIN, {}).raw
    assert ("totalTokens" in raw, "inputTokens" in raw, raw["label"]) == (False, False, "kept")
    assert desk.heard() == ["3", "4"]
    assert desk.writer.compact("agent:main:nobody", 2).reason == "no sessionId"


def test_g05_an_interrupted_tool_call_is_answered_once(state: Path) -> None:
    desk = Desk(state)
    desk.say("read it")
    calls = (ToolCall("c1", "read", {}), ToolCall("c2", "exec", {"command": "x"}))
    desk.writer.append(MAIN, Message("assistant", (Text("Let me look."), *calls), 2))
    desk = Desk(state)
    repaired = desk.writer.repair(MAIN)
    assert [(message.tool_call_id, message.tool_name, message.is_error) for _, message in repaired] == [
        ("c1", "read", True),
        ("c2", "exec", True),
    ]
    assert desk.writer.repair(MAIN) == []
    assert desk.writer.repair("agent:main:nobody") == []
    assert len(desk.heard()) == 4


Change = Callable[[Desk], object]
CHANGES: dict[str, Change] = {
    "append": lambda desk: desk.say("new"),
    "first": lambda desk: desk.say("first", "agent:main:third"),
    "update": lambda desk: desk.writer.update(OTHER, {"label": "new"}),
    "ensure": lambda desk: desk.writer.ensure("agent:main:third", {}),
    "reset": lambda desk: desk.writer.reset(OTHER),
    "delete": lambda desk: desk.writer.delete(OTHER, True),
    "compact": lambda desk: desk.writer.compact(MAIN, 2),
}


def all_text(state: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(state.rglob("*.jsonl*")))


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("name", CHANGES)
def test_failing_calls(tmp_path: Path, name: str, lasting: bool, error: int) -> None:
    at, failed = 0, True
    while failed:
        at += 1
        state = tmp_path / str(at)
        state.mkdir()
        with fault_disk(state) as disk:
            desk = Desk(state)
            for text in ("one", "two", "three"):
                desk.say(text)
            desk.say("other", OTHER)
            desk.writer.update(OTHER, {"label": "old"})
            desk.writer.flush()
            disk.fail(at, error, lasting=lasting, short=True)
            failed = _fails(desk, CHANGES[name])
            assert not failed or disk.failed
            assert not failed or lasting or desk.heard(OTHER) == ["other"]
            assert desk.heard()[-1] in ("three", "new")
            disk.heal()
            desk.say("afterwards")
            CHANGES[name](desk)
            desk.writer.close()
        again = Desk(state)
        assert again.heard()[-1] in ("afterwards", "new")
        assert [one.key for one in again.table.newest_first(None)].count(MAIN) == 1
        for text in (b'"one"', b'"two"', b'"three"', b'"other"', b'"afterwards"'):
            assert text in all_text(state)
    assert at >= 3


def _fails(desk: Desk, change: Change) -> bool:
    label = getattr(desk.table.get(OTHER), "label", "")
    told = None
    try:
        change(desk)
    except StorageFault as fault:
        told = fault
    assert told is None or (desk.writer.fault is told and told.hint)
    assert told is None or getattr(desk.table.get(OTHER), "label", "") == label
    return told is not None


def test_a_read_only_disk_is_still_read(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    Desk(state).say("hello")
    (state / "agents/main/sessions/sessions.json").write_bytes(b"")
    with fault_disk(state) as disk:
        disk.fail(1, errno.EROFS, lasting=True)
        desk = Desk(state)
        assert desk.heard() == ["hello"]
        assert desk.writer.fault is not None
        disk.heal()
        desk.writer.flush()
        assert desk.writer.fault is None
    assert MAIN in json.loads((state / "agents/main/sessions/sessions.json").read_bytes())


def test_a_change_that_failed_at_the_last_moment_does_not_come_back(state: Path) -> None:
    with fault_disk(state) as disk:
        desk = Desk(state)
        desk.writer.update(OTHER, {"label": "old"})
        desk.clock.advance(5)
        disk.fail(5, errno.EIO)
        with pytest.raises(StorageFault):
            desk.writer.update(OTHER, {"label": "refused"})
        stored = state / "agents/main/sessions/sessions.json"
        assert b"refused" in stored.read_bytes(), "the last call was to fail, after the rename"
        desk.writer.flush()
        assert b"refused" not in stored.read_bytes()
        assert desk.writer.ensure(OTHER, {}).label == "old"
