"""Nothing uses the state folder while its files are exchanged, and two never do it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.backup.standstill import Application, Owner, alone
from clawd_desktop.core.errors import AlreadyRunning, Busy
from clawd_desktop.core.safeio import FolderLock


def is_free(folder: Path) -> bool:
    lock = FolderLock(folder)
    try:
        lock.acquire()
    except AlreadyRunning:
        return False
    lock.release()
    return True


def test_without_an_application_the_lock_is_held_throughout(tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    with owner.throughout():
        assert not is_free(tmp_path)
        with owner.at_rest():
            assert not is_free(tmp_path)
        owner.wake()
        assert owner.trouble() == ""
    assert is_free(tmp_path)


def test_an_application_that_was_not_told_of_is_in_the_way(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.acquire()
    with pytest.raises(AlreadyRunning), Owner(tmp_path).throughout():
        pass
    lock.release()


def test_a_running_application_is_stopped_first(tmp_path: Path) -> None:
    lock, said = FolderLock(tmp_path), []
    lock.acquire()

    def start() -> None:
        said.append("start")
        lock.acquire()

    owner = Owner(tmp_path, application=Application(lock.release, start, lambda: "it does not listen"))
    with owner.throughout():
        with owner.at_rest():
            assert not is_free(tmp_path)
            assert said == []
        owner.wake()
    assert said == ["start"]
    assert owner.trouble() == "it does not listen"
    lock.release()


def test_an_application_that_does_not_let_go(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.acquire()
    owner = Owner(tmp_path, application=Application(lambda: None, lambda: None, str))
    with pytest.raises(AlreadyRunning), owner.throughout(), owner.at_rest():
        pass
    lock.release()


def test_a_process_that_owns_the_folder_keeps_it(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.acquire()
    with Owner(tmp_path, held=True).throughout(), Owner(tmp_path, held=True).at_rest():
        assert not is_free(tmp_path)
    assert not is_free(tmp_path)
    lock.release()


def test_two_at_once(tmp_path: Path) -> None:
    with alone(tmp_path / "undo"), pytest.raises(Busy, match="under way"), alone(tmp_path / "undo"):
        pass
    with alone(tmp_path / "undo"):
        pass
