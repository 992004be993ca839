"""Drafts outlive the window; what was typed last wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.ui.chat.drafts import NEW, Draft, Drafts


def nothing() -> None:
    """Nobody is told."""


def test_drafts_come_back(tmp_path: Path) -> None:
    file = tmp_path / "desktop" / "drafts.json"
    drafts = Drafts(file, nothing)
    drafts.set("a", Draft("typed", ("pasted",)))
    drafts.set(NEW, Draft("new"))
    assert not drafts.saved
    drafts.save(drafts.snapshot())
    assert drafts.saved
    again = Drafts(file, nothing)
    again.load()
    assert (again.get("a"), again.get(NEW), again.get("b")) == (Draft("typed", ("pasted",)), Draft("new"), Draft())
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_empty_draft_is_forgotten_and_changes_are_told_once(tmp_path: Path) -> None:
    told: list[bool] = []
    drafts = Drafts(tmp_path / "d.json", lambda: told.append(True))
    drafts.set("a", Draft("x"))
    drafts.set("a", Draft("x"))
    drafts.set("a", Draft("  "))
    assert drafts.get("a") == Draft()
    assert len(told) == 2


def test_what_was_typed_before_the_file_was_read_wins(tmp_path: Path) -> None:
    file = tmp_path / "d.json"
    first = Drafts(file, nothing)
    first.set("a", Draft("old"))
    first.set("b", Draft("kept"))
    first.save(first.snapshot())
    second = Drafts(file, nothing)
    second.set("a", Draft("new"))
    second.load()
    assert (second.get("a").text, second.get("b").text) == ("new", "kept")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"drafts": 7}', b'{"drafts": {"a": 1}}', b"\xff\xfe"])
def test_a_damaged_file_is_no_obstacle(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "d.json"
    file.write_bytes(content)
    drafts = Drafts(file, nothing)
    drafts.load()
    assert drafts.get("a") == Draft()
    assert file.read_bytes() == content


def test_at_most_200_are_kept(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "d.json", nothing)
    for number in range(205):
        drafts.set(str(number), Draft("x"))
    assert (drafts.get("4"), drafts.get("204")) == (Draft(), Draft("x"))
