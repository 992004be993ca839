"""Starts a gateway on a copy as a child that knows nothing of this user, and ends it; all of it blocks.

What keeps it apart: an environment made anew (no session bus, no screen, no keys, a home of its own), a secrets file
of its own in place of the keyring, --data-dir, and the configuration of `drill_config`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import clawd_desktop
from clawd_desktop.backup.one_at_a_time import NICE
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError, Unavailable

MODULE = "clawd_desktop.backup.drill_gateway"
# A gateway without channels was measured at 110 MB.
MOST_BYTES = 600 * 1024 * 1024
END_WITHIN_S = 8.0
_LOG = "gateway.log"
_LAST_WORDS = 300
# What the child needs to start; keys, passwords, proxies and ways to the desktop are not among it.
_KEPT = (
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "APPDIR",
)  # fmt: skip
_HOMES = (
    "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trial:
    """A gateway that runs on a copy. `password` opens it and is known to nobody else."""

    port: int
    password: str = field(repr=False)
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raises Unavailable when it has ended or takes too much memory."""
        code = self.process.poll()
        if code is not None:
            raise Unavailable(f"The gateway on the copy ended with {code}. {last_words(self.log)}".rstrip())
        size = memory_of(self.process.pid)
        if size > MOST_BYTES:
            raise Unavailable(f"The gateway on the copy takes {size // 2**20:,} MiB of memory.")


@contextlib.contextmanager
def trial(folder: Path, state: Path, environ: Mapping[str, str]) -> Iterator[Trial]:
    """A gateway on the state folder of a copy, which lies in `folder`; it is gone after the block.

    Raises Unavailable when it cannot be started, StorageFault.
    """
    for name in ("home", "tmp"):
        safeio.make_folder(folder / name)
    password, port = secrets.token_urlsafe(32), free_port()
    line = [sys.executable, "-m", MODULE, "serve", "--data-dir", str(state), "--port", str(port)]
    log = folder / _LOG
    with contextlib.closing(safeio.open_log(log)) as output:
        try:
            process = subprocess.Popen(
                line, cwd=folder / "home", env=environment(environ, folder, password), stdin=subprocess.PIPE,
                stdout=output, stderr=output, start_new_session=True, creationflags=_below_normal(),
            )  # fmt: skip
        except OSError as error:
            raise Unavailable(f"The gateway on the copy cannot be started: {error.strerror}.") from error
    with contextlib.ExitStack() as stack:
        stack.callback(end, process)
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        yield Trial(port, password, process, log)


def environment(environ: Mapping[str, str], folder: Path, password: str) -> dict[str, str]:
    """The environment of a child that must not find anything of this user's; `folder` is the drill's own."""
    home, nowhere = folder / "home", f"unix:path={folder / 'no-bus'}"
    return {
        **{name: value for name, value in environ.items() if name.upper() in _KEPT},
        **dict.fromkeys(_HOMES, str(home)),
        **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder / "tmp")),
        "PYTHONPATH": str(Path(clawd_desktop.__file__).parents[1]),
        # Its working folder is no place for modules, whatever lies there.
        "PYTHONSAFEPATH": "1",
        # Without these, some libraries look for a bus by themselves.
        "DBUS_SESSION_BUS_ADDRESS": nowhere,
        "DBUS_SYSTEM_BUS_ADDRESS": nowhere,
        "CLAWD_SECRETS_FILE": str(folder / "secrets.json"),
        "CLAWDBOT_GATEWAY_PASSWORD": password,
    }


def end(process: subprocess.Popen[bytes]) -> None:
    """Let the child go, by closing what it holds on to; made to when it does not."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of the loopback that nobody listens on now. Raises Unavailable."""
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise Unavailable(f"There is no free port: {error.strerror}.") from error


def memory_of(pid: int) -> int:
    """What the process and its children hold in memory, in bytes; 0 when it is gone."""
    import psutil

    size = 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                size += each.memory_info().rss
    return size


def last_words(log: Path) -> str:
    """The last line that the child wrote, "" when there is none."""
    with contextlib.suppress(ClawdError, OSError), safeio.open_regular(log) as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - 4096))
        lines = file.read(4096).decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:_LAST_WORDS] if lines else ""
    return ""


def _below_normal() -> int:
    return int(getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0))
