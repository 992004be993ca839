"""Each thing is taken, or is on the list of what is not with a reason; what a person should know is said, not often."""

from __future__ import annotations

import os
from pathlib import Path

from backup_stage import database, put

from clawd_desktop.backup.areas import SECRET
from clawd_desktop.backup.gathering import Gathering
from clawd_desktop.backup.tree import Seen, walk


def gathered(root: Path, area: str = "workspace-main", *, secrets: bool = False) -> Gathering:
    into = Gathering(frozenset({area, "secrets"}), secrets=secrets)
    for seen in walk(root, lambda path: True):
        into.see(area, seen, root)
    return into


def test_files_folders_and_links_are_taken(tmp_path: Path) -> None:
    put(tmp_path / "a" / "file", "four").chmod(0o4751)
    os.utime(tmp_path / "a" / "file", ns=(1, 1_700_000_000_123_456_789))
    (tmp_path / "a" / "link").symlink_to("../a/file")
    found = gathered(tmp_path).found
    file = found["workspace-main", "a/file"].entry
    assert (file.kind, file.mode, file.size, file.mtime_ns) == ("file", 0o751, 4, 1_700_000_000_123_456_789)
    assert found["workspace-main", "a"].entry.kind == "folder"
    assert found["workspace-main", "a/link"].entry.target == "../a/file"


def test_what_is_not_taken_has_a_reason_and_perhaps_a_warning(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "out").symlink_to("/etc/passwd")
    put(tmp_path / "back\\slash", "x")
    put(tmp_path / ".env", "x")
    into = gathered(tmp_path)
    assert not into.found
    reasons = {left.path: left.reason for left in into.left_out}
    assert set(reasons) == {"pipe", "out", "back\\slash", ".env"}
    assert reasons[".env"] == SECRET
    assert "somewhere else" in reasons["out"]
    assert len(into.summed_up()) == 2
    assert {left.path for left in gathered(tmp_path, secrets=True).left_out} == {"pipe", "out", "back\\slash"}


def test_many_of_one_kind_are_told_once(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number:02}").symlink_to("/nowhere")
    into = gathered(tmp_path)
    assert len(into.left_out) == 50
    assert len(into.summed_up()) == 11
    assert "40 more" in into.summed_up()[-1]


def test_what_lies_beside_a_database_belongs_to_it_and_only_that(tmp_path: Path) -> None:
    database(tmp_path / "strange name")
    for name in ("strange name-wal", "text-wal", "strange name-journal"):
        put(tmp_path / name, "x")
    put(tmp_path / "text", "not a database")
    into = gathered(tmp_path)
    assert {path for _, path in into.found} == {"strange name", "text", "text-wal"}
    assert {left.path for left in into.left_out} == {"strange name-wal", "strange name-journal"}


def test_a_database_of_the_state_folder_is_not_opened_to_see_that_it_is_one(tmp_path: Path) -> None:
    put(tmp_path / "memory" / "a.sqlite", "its owner alone opens it")
    put(tmp_path / "memory" / "a.sqlite-wal", "x")
    assert {path for _, path in gathered(tmp_path, "memory").found} == {"memory", "memory/a.sqlite"}


def test_a_file_that_lies_elsewhere(tmp_path: Path) -> None:
    real = put(tmp_path / "real" / "my.json", "{}")
    (tmp_path / "link.json").symlink_to(real)
    into = Gathering(frozenset({"config"}), secrets=False)
    assert into.add("config", "clawdbot.json", tmp_path / "link.json")
    assert not into.add("config", "gone.json", tmp_path / "gone.json")
    assert into.add("config", "folder", tmp_path / "real")
    assert into.add("approvals", "exec-approvals.json", real)
    found = into.found["config", "clawdbot.json"]
    assert (found.root / found.inner, found.clean) == (real, True)
    assert [left.path for left in into.left_out] == ["folder"]
    into.add("config", "clawdbot.json", real)
    assert into.left_out[-1].reason.startswith("Another file")


def test_only_areas_that_are_wanted_count(tmp_path: Path) -> None:
    into = Gathering(frozenset({"skills"}), secrets=True)
    into.see("memory", Seen("a", "special", os.lstat(tmp_path)), tmp_path)
    into.leave("memory", "a", "Because.", warn=True)
    assert (into.left_out, into.found, into.summed_up()) == ([], {}, ())
