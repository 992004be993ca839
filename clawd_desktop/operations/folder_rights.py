"""Says when other users of this computer may write into the state folder: whoever can, can become the owner."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity

NOTICE = "state.rights"


def problem(folder: Path) -> str:
    """Who else may write there, as a sentence with what to do; "" when nobody may, or where rights are of another kind.

    A group with nobody else in it is nobody else: many systems give each user one, and let it write by default.
    """
    if os.name != "posix":
        return ""
    try:
        status = folder.stat()
    except OSError:
        return ""
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid not in (os.getuid(), 0):
        return f"{folder} belongs to another user, who can change everything in it. Choose a folder of your own."
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        who = "Every user of this computer"
    elif mode & stat.S_IWGRP and not _is_private(status.st_gid):
        who = "A group of users"
    else:
        return ""
    return f"{who} can change what is in {folder}, passwords and approvals too. Run: chmod go-w {folder}"


def tell(folder: Path, notices: NoticeBoard, clock: Clock) -> None:
    """Raise a notice while others may write into the folder, and take it back when they may not."""
    if text := problem(folder):
        title = "Others can write into the data folder"
        notices.set(Notice(NOTICE, Severity.WARNING, title, text, since_ms=clock.wall_ms()))
    else:
        notices.clear(NOTICE)


def _is_private(gid: int) -> bool:
    """Whether this user alone is in the group."""
    import grp
    import pwd

    try:
        name = pwd.getpwuid(os.getuid()).pw_name
        members = set(grp.getgrgid(gid).gr_mem)
    except KeyError:
        return False
    others = any(user.pw_gid == gid and user.pw_uid != os.getuid() for user in pwd.getpwall())
    return not others and members <= {name}
