"""Programs that make backups, each with its own defaults: the lesson's script, restic, borg, and this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from foreign_archives import SCRIPT

PASSPHRASE = "correct horse battery staple"  # noqa: S105


@dataclass(frozen=True)
class Cost:
    """What some work took: seconds until it returned, CPU seconds, and of this program the most memory in MB.

    It is counted above that of the same process before the work.
    """

    seconds: float
    cpu: float
    megabytes: float


class Tool(Protocol):
    """Backs one home up again and again, and restores the newest."""

    folder: Path
    """Where the backups lie."""
    restored: Path
    """The home that a restore makes."""

    def back_up(self) -> Cost: ...
    def restore(self) -> Cost: ...


def run(command: list[str | Path], environ: dict[str, str] | None = None, folder: Path | None = None) -> Cost:
    """Run a program to its end; what it and all that it started took."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **(environ or {})}, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, 0.0)


class Script:
    """The shell script of the lesson, word by word; it keeps the copies that it packed."""

    def __init__(self, home: Path, scratch: Path) -> None:
        self.home, self.scratch = home, scratch
        self.folder, self.restored = scratch / "backups", scratch / "out"
        self.folder.mkdir()
        (scratch / "backup.sh").write_text(SCRIPT.format(folder=self.folder))

    def back_up(self) -> Cost:
        return run(["bash", self.scratch / "backup.sh"], {"HOME": str(self.home)})

    def restore(self) -> Cost:
        """As its archive is laid out, and moved to where it belongs."""
        self.restored.mkdir()
        newest = max(self.folder.glob("*.tar.gz"))
        cost = run(["tar", "-xzf", newest, "-C", self.restored, "--strip-components=1"])
        (self.restored / "config").rename(self.restored / ".clawdbot")
        (self.restored / "workspace").rename(self.restored / "clawd")
        return cost

    @property
    def packed(self) -> Path:
        """Without the copies."""
        return max(self.folder.glob("*.tar.gz"))


class Restic:
    """restic, which always encrypts."""

    def __init__(self, home: Path, scratch: Path) -> None:
        self.home, self.folder, self.out = home, scratch / "repository", scratch / "out"
        self.environ = {
            "RESTIC_REPOSITORY": str(self.folder), "RESTIC_PASSWORD": PASSPHRASE,
            "RESTIC_CACHE_DIR": str(scratch / "cache"),
        }  # fmt: skip
        self.restored = self.out / str(home).lstrip("/")
        run(["restic", "init"], self.environ)

    def back_up(self) -> Cost:
        return run(["restic", "--quiet", "backup", self.home], self.environ)

    def restore(self) -> Cost:
        return run(["restic", "--quiet", "restore", "latest", "--target", self.out], self.environ)


class Borg:
    """borg with its usual encryption and its own choice of packing."""

    def __init__(self, home: Path, scratch: Path) -> None:
        self.home, self.folder, self.out = home, scratch / "repository", scratch / "out"
        self.environ = {
            "BORG_REPO": str(self.folder), "BORG_PASSPHRASE": PASSPHRASE, "BORG_BASE_DIR": str(scratch / "base")
        }  # fmt: skip
        self.restored = self.out / str(home).lstrip("/")
        self.count = 0
        run(["borg", "init", "--encryption=repokey"], self.environ)

    def back_up(self) -> Cost:
        self.count += 1
        return run(["borg", "create", f"::b{self.count}", self.home], self.environ)

    def restore(self) -> Cost:
        self.out.mkdir()
        return run(["borg", "extract", f"::b{self.count}"], self.environ, self.out)


class Ours:
    """This program, in a process of its own."""

    def __init__(self, kind: str, passphrase: str, home: Path, scratch: Path) -> None:
        self.home, self.scratch = home, scratch
        self.kind, self.passphrase = kind, passphrase
        self.folder, self.restored = scratch / "backups", scratch / "out"

    def back_up(self) -> Cost:
        return self._work("back_up")

    def restore(self) -> Cost:
        return self._work("restore")

    def _work(self, action: str) -> Cost:
        program = Path(__file__).with_name("backup_work.py")
        command = [sys.executable, program, self.kind, action, self.home, self.scratch, self.passphrase]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        return Cost(**json.loads(done.stdout))


def ours(kind: str, passphrase: str = "") -> Callable[[Path, Path], Tool]:
    """This program's backups of that kind, sealed when there is a passphrase."""
    return lambda home, scratch: Ours(kind, passphrase, home, scratch)


TOOLS: dict[str, Callable[[Path, Path], Tool]] = {
    "the lesson's script": Script,
    "restic": Restic,
    "borg": Borg,
    "backup file": ours("archive"),
    "backup file, sealed": ours("archive", PASSPHRASE),
    "store": ours("store"),
    "store, sealed": ours("store", PASSPHRASE),
}


def size_of(tool: Tool) -> int:
    """Bytes of all files that its first backup is kept in."""
    packed = getattr(tool, "packed", None)
    if packed is not None:
        return int(packed.stat().st_size)
    return sum(path.stat().st_size for path in tool.folder.rglob("*") if path.is_file())
