"""Remembers "allow always": which program such an answer allows, and when it allows nothing beyond this once.

Source: Clawdbot stores the path of the program that was found for the first word. A program that runs whatever it is
given (a shell, env, sudo, an interpreter) would so allow everything, and what a shell would take apart cannot be told
from its first word: for those nothing is stored, and the next time is asked again.
"""

from __future__ import annotations

import logging
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path, PurePath

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import ApprovalAsked, ApprovalEnded
from clawd_desktop.core.tasks import spawn
from clawd_desktop.sandbox.approval_file import ApprovalFile
from clawd_desktop.sandbox.approvals import Approvals, Command

_SHELL = re.compile(r"[|&;<>`$(){}\[\]*?~!#\n\r\\]")
# Names without version and extension: python3.11 is python.
_RUNS_OTHERS = frozenset({
    "sh", "bash", "dash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "ash", "busybox", "toybox", "cmd", "powershell",
    "pwsh", "env", "sudo", "doas", "su", "run0", "pkexec", "setsid", "nohup", "nice", "ionice", "timeout", "stdbuf",
    "xargs", "parallel", "find", "fd", "awk", "gawk", "mawk", "sed", "perl", "python", "pypy", "ruby", "node", "deno",
    "bun", "php", "lua", "luajit", "tclsh", "osascript", "script", "ssh", "strace", "ltrace", "gdb", "watch", "chroot",
    "unshare", "nsenter", "bwrap", "docker", "podman", "make", "git", "vi", "vim", "ed", "ex", "emacs", "less", "more",
    "man", "tar", "rsync", "systemd-run", "at", "batch", "crontab", "expect", "flock", "time", "command", "exec",
    "eval", "npx", "uvx", "pipx", "npm", "pip", "cargo", "go", "java", "wine", "mshta", "wscript", "cscript", "rundll",
    "regsvr", "start", "xdg-open", "open",
})  # fmt: skip
_VERSION = re.compile(r"[\d.\-]+$")
_log = logging.getLogger("clawd.sandbox")


def lasting_pattern(command: Command, which: Callable[[str], str | None] = shutil.which) -> str:
    """The path that "always" allows for this command, "" when it allows only this once.

    What the asker says is not believed: the path must be what `which` finds for the command's first word.
    """
    if command.host not in (None, "", "gateway") or _SHELL.search(command.command):
        return ""
    try:
        words = shlex.split(command.command)
    except ValueError:
        return ""
    found = which(words[0]) if words else None
    if not found or not PurePath(found).is_absolute() or found != (command.resolved_path or found):
        return ""
    real = str(Path(found).resolve())
    return "" if _runs_others(found) or _runs_others(real) else found


def _runs_others(path: str) -> bool:
    name = PurePath(path).name.lower().removesuffix(".exe")
    return name in _RUNS_OTHERS or _VERSION.sub("", name) in _RUNS_OTHERS


class LastingApprovals:
    """Writes down what "always" allows, for commands that run on this computer; a node keeps its own list."""

    def __init__(self, approvals: Approvals, file: ApprovalFile) -> None:
        self._approvals = approvals
        self._file = file
        self._asked: dict[str, Command] = {}

    def listen(self, bus: EventBus) -> Callable[[], None]:
        """Begin; the returned function ends it."""
        undo = (bus.subscribe(ApprovalAsked, self._note), bus.subscribe(ApprovalEnded, self._ended))

        def stop() -> None:
            for unsubscribe in undo:
                unsubscribe()

        return stop

    def _note(self, event: ApprovalAsked) -> None:
        approval = self._approvals.find(event.approval_id)
        if approval is not None:
            self._asked[approval.id] = approval.command

    def _ended(self, event: ApprovalEnded) -> None:
        command = self._asked.pop(event.approval_id, None)
        if command is None or event.decision != "allow-always":
            return
        if pattern := lasting_pattern(command):
            spawn(self._store(command, pattern), name="allow always")
        else:
            _log.info("an approval holds for this once only: its program could run anything, or runs elsewhere")

    async def _store(self, command: Command, pattern: str) -> None:
        try:
            await self._file.allow(command.agent_id or "", pattern, command.command)
        except ClawdError as error:
            _log.warning("that a command is allowed always could not be stored: %s", error)
