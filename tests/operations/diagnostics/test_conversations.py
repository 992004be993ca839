"""Conversations: real indexes and transcripts, torn and lost as crashes leave them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import conversations
from clawd_desktop.operations.diagnostics.ground import Ground

FIRST, SECOND = "0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000002"
LINE = json.dumps({"type": "message", "id": "00000001", "message": {"role": "user", "content": "hello"}}) + "\n"


@pytest.fixture
def folder(ground: Ground) -> Path:
    """The sessions of one agent: two conversations, all well."""
    folder = ground.paths.state / "agents" / "main" / "sessions"
    folder.mkdir(parents=True)
    rows = {f"agent:main:{name}": {"sessionId": name, "updatedAt": 5} for name in (FIRST, SECOND)}
    (folder / "sessions.json").write_text(json.dumps(rows))
    for name in (FIRST, SECOND):
        (folder / f"{name}.jsonl").write_text(LINE * 3)
    return folder


def test_all_is_well(ground: Ground, folder: Path) -> None:
    for check in conversations.CHECKS:
        assert check.detect(ground) == (), check.id


def test_nothing_is_there_yet(ground: Ground) -> None:
    for check in conversations.CHECKS:
        assert check.detect(ground) == (), check.id


def test_a_damaged_index(ground: Ground, folder: Path) -> None:
    file = folder / "sessions.json"
    file.write_text(file.read_text()[:-20])
    (one,) = conversations.indexes(ground)
    assert (one.id, one.level) == ("conversations.index.damaged.main", Level.WARNING)
    assert "1 entries are whole" in one.description


def test_an_index_that_cannot_be_read(ground: Ground, folder: Path) -> None:
    (folder / "sessions.json").unlink()
    (folder / "sessions.json").mkdir()
    assert [one.level for one in conversations.indexes(ground)] == [Level.ERROR]


def test_lost_and_unnamed_transcripts(ground: Ground, folder: Path) -> None:
    (folder / f"{FIRST}.jsonl").rename(folder / "0a1b2c3d-0000-4000-8000-000000000009.jsonl")
    found = {one.id: one for one in conversations.orphans(ground)}
    assert FIRST in found["conversations.orphans.lost"].description
    assert found["conversations.orphans.unnamed"].level is Level.INFO


def test_one_in_the_trash_is_not_lost(ground: Ground, folder: Path) -> None:
    path = folder / f"{FIRST}.jsonl"
    path.rename(f"{path}.deleted.2026-01-01T00-00-00.000Z")
    assert conversations.orphans(ground) == ()


def test_an_entry_that_leads_elsewhere_does_not_stop_the_look(ground: Ground, folder: Path) -> None:
    rows = {"agent:main:x": {"sessionId": "../../etc/passwd"}}
    (folder / "sessions.json").write_text(json.dumps(rows))
    assert [one.id for one in conversations.orphans(ground)] == ["conversations.orphans.unnamed"]


def test_a_torn_end_is_cut_after_a_copy_was_made(ground: Ground, folder: Path) -> None:
    path = folder / f"{FIRST}.jsonl"
    path.write_text(LINE * 2 + LINE[:30])
    (one,) = conversations.torn(ground)
    assert one.repair
    assert conversations.cut_torn(ground, one.id, True).text == f"cut 30 bytes off {path}"
    assert path.read_text() == LINE * 2 + LINE[:30]
    done = conversations.cut_torn(ground, one.id, False)
    assert path.read_text() == LINE * 2
    assert (Path(done.backup) / f"0-{path.name}").read_text() == LINE * 2 + LINE[:30]
    assert conversations.torn(ground) == ()


def test_a_last_line_without_its_end_is_whole(ground: Ground, folder: Path) -> None:
    (folder / f"{FIRST}.jsonl").write_text(LINE * 2 + LINE.rstrip())
    assert conversations.torn(ground) == ()


def test_conversations_in_use_are_not_cut(ground: Ground, folder: Path) -> None:
    from status_stage import FakeStatus

    path = folder / f"{FIRST}.jsonl"
    path.write_text(LINE + "{half")
    with pytest.raises(BadInput, match="is using its conversations"):
        conversations.cut_torn(replace(ground, status=FakeStatus()), "conversations.torn.line", False)
    assert path.read_text() == LINE + "{half"


def test_unreadable_lines_are_counted(ground: Ground, folder: Path) -> None:
    (folder / f"{FIRST}.jsonl").write_text(LINE + "\0\0\0\nnonsense\n" + LINE)
    (one,) = conversations.readable(ground)
    assert one.description.endswith(": 2 lines.")


def test_what_a_link_leads_to_is_not_cut(ground: Ground, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "notes.txt"
    outside.write_text("my notes")
    (folder / "0a1b2c3d-0000-4000-8000-00000000000f.jsonl").symlink_to(outside)
    assert conversations.torn(ground) == ()
    conversations.cut_torn(ground, "conversations.torn.line", False)
    assert outside.read_text() == "my notes"
