"""A backup file is verified, taken out and read by one object."""

from __future__ import annotations

from pathlib import Path

import pytest
from backup.archive_rig import A_FILE, ELSEWHERE, written

from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.sealing import Keys, Lock, new_identity
from clawd_desktop.core.errors import BadInput, NotFound, Unreadable


@pytest.mark.parametrize("sealed", [False, True])
def test_all_of_it(tmp_path: Path, sealed: bool) -> None:
    path = tmp_path / "one.tar.zst"
    identity = new_identity()
    manifest = written(path, lock=Lock(recipients=(identity.recipient,)) if sealed else None)
    backup = ArchiveBackup(path, Keys(identities=(identity.secret,)) if sealed else None)
    assert backup.name == "one.tar.zst"
    listed = {entry.path: entry for entry in manifest.entries}
    assert backup.read(listed[A_FILE.path]) == b"hello"
    assert backup.verify() == manifest
    backup.extract(lambda entry: entry.area == ELSEWHERE.area, tmp_path / "new" / "in")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["in"]
    assert (tmp_path / "new" / "in" / "workspace-main" / "notes.txt").read_bytes() == b"to do\n" * 50
    with pytest.raises(Unreadable):
        backup.read(A_FILE)  # without its checksum it is another file


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    written(tmp_path / "one", lock=Lock("secret"))
    with pytest.raises(BadInput):
        ArchiveBackup(tmp_path / "one").verify()
    with pytest.raises(BadInput):
        ArchiveBackup(tmp_path / "one", Keys("wrong")).verify()
    with pytest.raises(NotFound):
        ArchiveBackup(tmp_path / "none").verify()


def test_a_file_that_is_exchanged_after_it_was_verified(tmp_path: Path) -> None:
    path = tmp_path / "one"
    manifest = written(path)
    backup = ArchiveBackup(path)
    backup.verify()
    written(tmp_path / "other", [(A_FILE, b"other")])
    (tmp_path / "other").replace(path)
    with pytest.raises(Unreadable):
        backup.extract(lambda entry: True, tmp_path / "new" / "in")
    with pytest.raises(Unreadable):
        backup.read(next(entry for entry in manifest.entries if entry.path == A_FILE.path))
