"""restic and rclone in one form, the real ones: a file is sent, listed, fetched and removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from remote_programs import installed

from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.remote_files import TAG, Kept, ResticFiles, files_at
from clawd_desktop.backup.remote_restic import Restic
from clawd_desktop.backup.targets import Target
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable, Unreadable

NAME = "clawd-backup-host-20261126T072653Z-0a1b.tar.zst"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(b"what a backup holds" * 1000)
    return path


def test_a_repository_is_made_when_it_is_needed(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("restic")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = files_at(Target("restic", str(tmp_path / "repository")), "a password")
    assert files.files() == ()
    told: list[Progress] = []
    sent = files.send(backup, told.append)
    assert told[-1].done_bytes == backup.stat().st_size
    assert (sent.name, sent.size, len(sent.token)) == (NAME, 19_000, 64)
    (tmp_path / "notes").write_text("somebody else's")
    Restic(str(tmp_path / "repository"), "a password").send(tmp_path / "notes")
    assert files.files() == (Kept(sent.token, NAME),)
    (tmp_path / "back").mkdir()
    assert files.fetch(sent, tmp_path / "back").read_bytes() == backup.read_bytes()
    with pytest.raises(BadInput, match="password is wrong"):
        files_at(Target("restic", str(tmp_path / "repository")), "a guess").files()
    files.remove((sent,))
    assert files.files() == ()


def test_a_folder_that_rclone_reaches(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("rclone")
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "rclone.conf"))
    files = files_at(Target("rclone", str(tmp_path / "remote")), "")
    sent = files.send(backup)
    (tmp_path / "remote" / "notes").write_text("somebody else's")
    assert files.files() == (sent,) == (Kept(NAME, NAME, 19_000),)
    (tmp_path / "back").mkdir()
    told: list[Progress] = []
    assert files.fetch(sent, tmp_path / "back", told.append).read_bytes() == backup.read_bytes()
    assert {one.stage for one in told} <= {"fetch"}
    files.remove((sent,))
    assert files.files() == ()
    with pytest.raises(NotFound):
        files.remove((sent,))


def test_a_program_that_is_not_there(backup: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for kind in ("restic", "rclone"):
        with pytest.raises(Unavailable, match=f"{kind} is not installed"):
            files_at(Target(kind, "x:y"), "p").files()  # type: ignore[arg-type]


def test_one_that_says_nothing_that_is_understood(
    backup: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Too old, or another program of that name."""
    program = tmp_path / "bin" / "restic"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'unknown flag: --json' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    files = ResticFiles(Restic("r", "p"))
    with pytest.raises(Unavailable, match="unknown flag"):
        files.files()
    program.write_text("#!/bin/sh\necho hello\n")
    with pytest.raises(Unavailable, match="cannot be understood") as raised:
        files.files()
    assert "newer restic" in raised.value.hint
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    with pytest.raises(Unavailable):
        files.send(backup)


@pytest.mark.parametrize(
    "name",
    [
        "clawd-backup-**.tar.zst", "clawd-backup-x/../../../etc/x.tar.zst", "clawd-backup-[x].tar.zst",
        "clawd-backup-\x1b]0;x\x07.tar.zst", "clawd-backup-\u202e.tar.zst", "clawd-backup-<img src=x>.tar.zst",
    ],
)  # fmt: skip
def test_a_tag_that_somebody_else_chose_is_no_name(
    name: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("restic")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repository = Restic(str(tmp_path / "repository"), "a password")
    repository.create()
    repository.send(backup, (TAG, name))
    assert ResticFiles(repository).files() == ()


def test_a_link_in_a_snapshot_is_no_backup(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("restic")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repository = Restic(str(tmp_path / "repository"), "a password")
    repository.create()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / NAME).symlink_to(backup)
    repository.send(tmp_path / "in", (TAG, NAME))
    (kept,) = ResticFiles(repository).files()
    (tmp_path / "back").mkdir()
    with pytest.raises(Unreadable, match="holds no"):
        ResticFiles(repository).fetch(kept, tmp_path / "back")
