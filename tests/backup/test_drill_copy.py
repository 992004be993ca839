"""A copy lies in a private folder of its own, is compared byte by byte, and is gone afterwards whatever happens."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from backup_stage import filled, ground_at, put
from drill_stage import seen
from restore_stage import Home

from clawd_desktop.backup import drill_copy
from clawd_desktop.backup.drill_copy import Copy, clear, compare, copied, scratch
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.progress import Stopped, never, unwatched
from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.core.safeio import FolderLock


@pytest.fixture
def user(tmp_path: Path) -> Home:
    (tmp_path / "user").mkdir()
    return Home(tmp_path / "user", filled(tmp_path / "user"))


def copy_of(user: Home, folder: Path, *, sealed: bool = False) -> tuple[Copy, Manifest]:
    backup = user.backup(sealed=sealed)
    manifest = backup.verify()
    return copied(backup, manifest, folder, "clawdbot.json", (unwatched, never)), manifest


@pytest.mark.parametrize("sealed", [False, True])
def test_everything_comes_into_the_folder_and_nothing_elsewhere(user: Home, tmp_path: Path, sealed: bool) -> None:
    with scratch(user.ground.paths, 1, 1) as folder:
        apart = (folder, user.folder / "backups", user.folder / "cache")
        user.taken(sealed=sealed)
        before = seen(user.folder, *apart)
        copy, manifest = copy_of(user, folder, sealed=sealed)
        count = compare(copy, manifest, unwatched, never)
        assert seen(user.folder, *apart) == before
        assert copy.warnings == ()
        files = sum(
            entry.kind == "file" and not entry.path.endswith("keyring-items.json") for entry in manifest.entries
        )
        assert count == files - len(copy.completed)
        assert count > 15
        if not sealed:
            assert "automation/cron/jobs.json" in copy.completed
        assert (folder / "workspaces" / "main" / "MEMORY.md").read_text() == "# Memory\n"
        assert (copy.state / "agents/main/sessions/s1.jsonl").is_file()
        assert not (folder / "home" / "clawd").exists()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
    assert not folder.parent.exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b"x" + path.read_bytes()[1:]), "its content is another"),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "it has another size"),
        (lambda path: path.unlink(), "it is not there"),
        (lambda path: path.chmod(0o604), "it has other rights"),
    ],
)
def test_what_differs_is_named(user: Home, tmp_path: Path, spoil: object, words: str) -> None:
    copy, manifest = copy_of(user, tmp_path / "copy")
    spoil(copy.state / "usage" / "2026-11.jsonl")  # type: ignore[operator]
    with pytest.raises(Unreadable, match=rf"measurements usage/2026-11\.jsonl \({words}\)"):
        compare(copy, manifest, unwatched, never)
    with pytest.raises(Stopped):
        compare(copy, manifest, unwatched, lambda: True)


def test_a_link_that_leads_elsewhere_is_named(user: Home, tmp_path: Path) -> None:
    copy, manifest = copy_of(user, tmp_path / "copy")
    link = tmp_path / "copy" / "workspaces" / "main" / "today.md"
    link.unlink()
    link.symlink_to("MEMORY.md")
    with pytest.raises(Unreadable, match="it leads elsewhere"):
        compare(copy, manifest, unwatched, never)


def test_a_workspace_that_the_backup_says_lies_elsewhere_is_left_alone(user: Home, tmp_path: Path) -> None:
    far = tmp_path / "far"
    put(far / "notes.md", "mine")
    put(user.ground.paths.config_file, {"agents": {"defaults": {"workspace": str(far)}}})
    before = seen(far)
    copy_of(user, tmp_path / "copy")
    assert seen(far) == before


def test_it_goes_where_there_is_room_and_nowhere_without(
    user: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths = user.ground.paths
    with scratch(paths, 10, 2) as folder:
        assert folder.parent == paths.cache / "drill"
    needed: list[int] = []

    def only_own(folder: Path, size: int) -> None:
        needed.append(size)
        if folder != paths.own:
            raise StorageFault("full")

    monkeypatch.setattr(drill_copy, "need_room", only_own)
    with scratch(paths, 10, 2) as folder:
        assert folder.parent == paths.own / "drill"
    assert needed == [10 + 2 * 4096 + 256 * 2**20] * 2
    with pytest.raises(StorageFault), scratch(ground_at(tmp_path / "other").paths, 1, 1):
        pass


def test_what_a_killed_one_left_goes_and_what_is_in_use_stays(user: Home) -> None:
    paths = user.ground.paths
    left, used = paths.cache / "drill" / "left", paths.own / "drill" / "used"
    for folder in (left, used):
        put(folder / "state" / "x", "y")
    outside = put(user.folder / "outside" / "file", "mine")
    (paths.cache / "drill" / "link").symlink_to(outside.parent)
    lock = FolderLock(used)
    lock.acquire()
    try:
        assert clear(paths) == 1
    finally:
        lock.release()
    assert (left.exists(), used.exists(), outside.read_text()) == (False, True, "mine")
    assert clear(paths) == 1
