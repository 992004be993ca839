"""The real restic with a repository in a folder: there and back, and each way in which it refuses."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from remote_programs import installed

from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.remote_restic import Restic
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable

PASSWORD = "a password of a repository"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new repository, made once: making one takes seconds, by its password's derivation."""
    installed("restic")
    folder = tmp_path_factory.mktemp("empty") / "repository"
    Restic(str(folder), PASSWORD).create()
    return folder


@pytest.fixture
def restic(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Restic:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Restic(str(shutil.copytree(empty, tmp_path / "repository")), PASSWORD)


def tree(folder: Path) -> dict[str, bytes]:
    files = {"areas/config/a.json": b"{}", "areas/memory/b": os.urandom(3_000_000), "areas/-x": b"x"}
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return files


def test_there_and_back(restic: Restic, tmp_path: Path) -> None:
    source = tmp_path / "-source"
    files = tree(source)
    seen: list[Progress] = []
    first = restic.send(source, ("clawd", "b1"), progress=seen.append)
    assert seen[-1] == Progress("send", 3_000_003, 3_000_003)
    (source / "areas/config/a.json").write_bytes(b"changed")
    restic.send(source)
    one, two = restic.snapshots()
    assert one.id.startswith(first)
    assert (one.tags, two.tags) == (("clawd", "b1"), ())
    assert 0 < one.created_ms <= two.created_ms
    restic.check(everything=True)
    restic.fetch(one.id, tmp_path / "back")
    back = tmp_path / "back" / source.relative_to("/")
    assert {name: (back / name).read_bytes() for name in files} == files
    restic.forget((one.id,))
    assert restic.snapshots() == (two,)


def test_damage_is_found(restic: Restic, tmp_path: Path) -> None:
    tree(tmp_path / "source")
    restic.send(tmp_path / "source")
    largest = max((tmp_path / "repository" / "data").rglob("*"), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[1000] ^= 1
    largest.chmod(0o600)
    largest.write_bytes(bytes(data))
    with pytest.raises(Unavailable):
        restic.check(everything=True)


def test_each_refusal_has_its_kind(restic: Restic, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="password is wrong") as raised:
        Restic(restic.repository, "guess").snapshots()
    assert "guess" not in str(raised.value)
    with pytest.raises(NotFound, match="no repository"):
        Restic(str(tmp_path / "none"), PASSWORD).snapshots()
    with pytest.raises(BadInput, match="already"):
        restic.create()
    with pytest.raises((NotFound, Unavailable)):
        restic.fetch("0123abcd", tmp_path / "back")
    with pytest.raises(BadInput):
        restic.fetch("--target=/", tmp_path / "back")
    assert PASSWORD not in repr(restic)


def test_stopping_leaves_no_backup(restic: Restic, tmp_path: Path) -> None:
    tree(tmp_path / "source")
    with pytest.raises(Stopped):
        restic.send(tmp_path / "source", stopped=lambda: True)
    assert restic.snapshots() == ()
    restic.send(tmp_path / "source")
    assert len(restic.snapshots()) == 1
