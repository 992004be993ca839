"""The real rclone with a folder as its place: a file is there whole, or not under its name."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from remote_programs import installed

from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.remote_rclone import Rclone, RemoteFile
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable

NAME = "clawd-backup-host-20261126T072653Z-0a1b.tar.zst"


@pytest.fixture
def rclone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rclone:
    installed("rclone")
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "rclone.conf"))
    (tmp_path / "rclone.conf").write_text(f"[shelf]\ntype = alias\nremote = {tmp_path}/remote\n")
    return Rclone("shelf:backups")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(os.urandom(2_000_000))
    return path


def test_there_and_back(rclone: Rclone, backup: Path, tmp_path: Path) -> None:
    assert rclone.files() == ()
    seen: list[Progress] = []
    sent = rclone.send(backup, progress=seen.append)
    assert seen[-1] == Progress("send", 2_000_000, 2_000_000)
    assert rclone.files() == (sent,)
    assert sent == RemoteFile(NAME, 2_000_000, int(backup.stat().st_mtime) * 1000)
    assert rclone.checksum(NAME) == hashlib.sha256(backup.read_bytes()).hexdigest()
    (tmp_path / "back").mkdir()
    assert rclone.fetch(NAME, tmp_path / "back").read_bytes() == backup.read_bytes()
    assert os.listdir(tmp_path / "remote" / "backups") == [NAME]
    assert (rclone.free_bytes() or 0) > 0
    rclone.remove(NAME)
    assert rclone.files() == ()


def test_nothing_is_overwritten(rclone: Rclone, backup: Path) -> None:
    rclone.send(backup)
    with pytest.raises(BadInput, match="already"):
        rclone.send(backup)


def test_stopping_leaves_nothing(rclone: Rclone, backup: Path, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        rclone.send(backup, stopped=lambda: True)
    assert not list((tmp_path / "remote").rglob("clawd*"))
    assert rclone.send(backup).size == 2_000_000


def test_what_is_unfinished_is_no_backup_and_is_replaced(rclone: Rclone, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "remote" / "backups").mkdir(parents=True)
    (tmp_path / "remote" / "backups" / f"{NAME}.part").write_bytes(b"half")
    assert rclone.files() == ()
    rclone.send(backup)
    assert os.listdir(tmp_path / "remote" / "backups") == [NAME]


def test_each_refusal_has_its_kind(rclone: Rclone, backup: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such remote"):
        Rclone("nobody:backups").files()
    with pytest.raises(NotFound):
        rclone.remove(NAME)
    for name in ("../x", "-x", "a/b", ""):
        with pytest.raises(BadInput):
            rclone.fetch(name, tmp_path)
    with pytest.raises(BadInput):
        Rclone(":sftp,host=h,pass=secret:").send(backup)
    for place in (
        "shelf,pass=secret:backups",
        'shelf,a=true,token="x:y":b',
        ":http,url=https://u:p@h:",
        "shelf,pass=x",
    ):
        with pytest.raises(BadInput, match="seen by all"):
            Rclone(place).files()
    with pytest.raises(BadInput):
        Rclone("--config=/x").files()
    (tmp_path / "remote").write_bytes(b"a file in its place")
    with pytest.raises((Unavailable, NotFound)):
        rclone.send(backup)


def test_switches_and_folders_with_odd_names_are_no_passwords(rclone: Rclone, tmp_path: Path) -> None:
    assert Rclone("shelf,copy_links=true:backups").files() == ()
    assert Rclone(str(tmp_path / "a,b=c")).files() == ()
