"""A data folder into which others can write is told, with what to do; a private group is nobody else."""

from __future__ import annotations

import grp
import os
from pathlib import Path

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations import folder_rights
from clawd_desktop.operations.folder_rights import NOTICE, problem, tell

OTHER_GROUP = next((row.gr_gid for row in grp.getgrall() if row.gr_gid != os.getgid()), None)


@pytest.mark.parametrize(
    ("mode", "words"),
    [(0o700, ""), (0o755, ""), (0o750, ""), (0o777, "Every user"), (0o702, "Every user"), (0o1777, "")],
)
def test_rights_of_everybody(tmp_path: Path, mode: int, words: str) -> None:
    tmp_path.chmod(mode)
    found = problem(tmp_path)
    assert found.startswith(words)
    assert bool(found) is bool(words)
    if found:
        assert f"chmod go-w {tmp_path}" in found
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(("private", "told"), [(True, False), (False, True)])
def test_rights_of_a_group(tmp_path: Path, private: bool, told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_rights, "_is_private", lambda gid: private)
    tmp_path.chmod(0o770)
    assert problem(tmp_path).startswith("A group of users") is told
    tmp_path.chmod(0o700)


@pytest.mark.skipif(os.getuid() != 0 or OTHER_GROUP is None, reason="only root can give a folder away")
def test_a_group_of_others_and_a_folder_of_another_user(tmp_path: Path) -> None:
    assert OTHER_GROUP is not None
    os.chown(tmp_path, 0, OTHER_GROUP)
    assert folder_rights._is_private(OTHER_GROUP) is False
    os.chown(tmp_path, 12_345, -1)
    assert "belongs to another user" in problem(tmp_path)
    os.chown(tmp_path, 0, 0)


def test_the_notice_comes_and_goes(tmp_path: Path) -> None:
    notices = NoticeBoard(EventBus())
    tmp_path.chmod(0o777)
    tell(tmp_path, notices, ManualClock())
    assert [notice.id for notice in notices.current()] == [NOTICE]
    tmp_path.chmod(0o700)
    tell(tmp_path, notices, ManualClock())
    assert notices.current() == ()


def test_a_folder_that_is_not_there_is_none_of_this(tmp_path: Path) -> None:
    assert problem(tmp_path / "nowhere") == ""
