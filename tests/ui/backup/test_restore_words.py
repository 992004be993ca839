"""What a restore would do and how it ended, in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ui.backup.test_restore_tree import AREAS
from ui.staging import NOW

from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.restore import Report
from clawd_desktop.backup.restore_desk import Outcome
from clawd_desktop.backup.undo import Undoable, Undone
from clawd_desktop.core.errors import Refused
from clawd_desktop.ui.backup.restore_tree import Tally, choose, grow, tally
from clawd_desktop.ui.backup.restore_words import ending, origin, plan, undo_question, undo_row

DAY_MS = 86_400_000
REPORT = Report("r1", "b.tar.zst", Path("/h/safe.tar.zst"), AREAS, ("a",), ("models.x.apiKey",), ("W.", "W."))


def test_what_would_come_change_and_go() -> None:
    roots = grow(AREAS)
    said = "Files: 1 come back (4 B) · 1 go back to how they were (2 B) · 1 go (7 B) · 2 stay"
    assert plan(tally(roots)) == said
    for root in roots:
        choose(root, False)
    assert plan(tally(roots)) == "Nothing is chosen."
    assert plan(Tally((0, 0, 0, 1), (0, 0, 0, 7))).startswith("Choose something that the backup has")


def test_a_restore_that_stands_tells_what_to_do_and_how_to_undo_it() -> None:
    said = ending(Outcome(NOW, report=REPORT), "/h")
    assert said.sentence == "Your data is back."
    assert said.more == "2 files were brought back from b.tar.zst."
    assert said.notes == ("W.", "What was there before is also in the backup ~/safe.tar.zst.")
    assert said.enter == ("models.x.apiKey",)
    assert said.undo == "r1"


def test_one_that_was_taken_back_says_why_and_cannot_be_undone() -> None:
    report = Report("r1", "b", None, (), (), (), (), taken_back="Port 1 is used.")
    said = ending(Outcome(NOW, report=report), "/h")
    assert (said.colour, said.undo) == ("warning", "")
    assert said.more == "Everything was put back as it was: Port 1 is used."


def test_one_that_could_not_be_taken_back_is_called_no_success_and_can_be_undone() -> None:
    said = ending(Outcome(NOW, report=replace(REPORT, stuck="Port 1 is used.")), "/h")
    assert (said.colour, said.undo) == ("bad", "r1")
    assert said.more == "It stands, and could not be put back by itself: Port 1 is used."


def test_nothing_was_changed_when_it_could_not_begin() -> None:
    said = ending(Outcome(NOW, fault=Refused("It is in the way.")), "")
    assert said.more == "It is in the way. Nothing was changed."


def test_an_undo_tells_of_what_was_written_since() -> None:
    said = ending(Outcome(NOW, undone=Undone("r1", "r2", (Path("/h/a"), Path("/h/b")), 2)), "/h")
    assert said.undo == "r2"
    assert said.notes == ("Files that were written since: 2. They are kept for 7 days. ~/a, ~/b",)
    assert ending(Outcome(NOW, undone=Undone("r1", "r2", (), 0)), "/h").notes == ()


def test_where_a_backup_comes_from() -> None:
    manifest = Manifest("id", NOW, "person", "1.2", "desk", "Linux", "out", (), ())
    said = origin(manifest, "b.tar.zst", NOW + 3 * DAY_MS)
    assert said.endswith(" · made on desk · by version 1.2 · without secrets")
    assert origin(manifest, said.partition(" · ")[0], NOW + 3 * DAY_MS).startswith("made on desk")
    bare = Manifest("id", NOW, "person", "", "", "", "sealed", (), ())
    assert origin(bare, "b", NOW + 3 * DAY_MS).endswith(" · with secrets")


@pytest.mark.parametrize(("undoes", "begins"), [("", "Restored, "), ("r0", "A restore was taken back, ")])
def test_what_can_be_taken_back(undoes: str, begins: str) -> None:
    one = Undoable("r1", NOW, NOW + 7 * DAY_MS, "b.tar.zst", ("config",), undoes)
    title, more = undo_row(one, NOW)
    assert title.startswith(begins)
    assert more.startswith("b.tar.zst · Configuration · can be taken back until ")
    assert undo_question(one).endswith("Clawd Desktop starts again.")
