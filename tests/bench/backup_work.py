"""Makes or restores one backup of this program in a process of its own, and prints what it took as one line of JSON.

    python tests/bench/backup_work.py archive|store back_up|restore HOME SCRATCH [PASSPHRASE]

Time and memory are those of the work alone, in a process that has everything loaded, as the application has.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import psutil  # noqa: E402
from backup_stage import ground_at  # noqa: E402

from clawd_desktop.backup import packed_stream, packs, store_format, store_snapshots  # noqa: E402
from clawd_desktop.backup.archive_backup import ArchiveBackup  # noqa: E402
from clawd_desktop.backup.ground import Ground  # noqa: E402
from clawd_desktop.backup.restore import Order, restore  # noqa: E402
from clawd_desktop.backup.sealing import Keys, Lock  # noqa: E402
from clawd_desktop.backup.staging import Backup, Site  # noqa: E402
from clawd_desktop.backup.standstill import Owner  # noqa: E402
from clawd_desktop.backup.store import Store  # noqa: E402
from clawd_desktop.backup.store_backup import StoreBackup  # noqa: E402
from clawd_desktop.backup.store_taking import take_into  # noqa: E402
from clawd_desktop.backup.taking import Wish, take  # noqa: E402
from clawd_desktop.config.schema.root import Config, Lazy  # noqa: E402
from clawd_desktop.core.clock import SystemClock  # noqa: E402
from clawd_desktop.operations.tidying import one_heap  # noqa: E402

for section in vars(Config).values():
    if isinstance(section, Lazy):
        section.model().model_validate({})  # what they load is loaded
assert packed_stream
assert packs
IDENTITY = "identity.txt"


def ground_of(home: Path) -> Ground:
    """That home, with the clock of the computer."""
    return replace(ground_at(home), clock=SystemClock(), included=(), backup_folders=())


class Archive:
    """Backup files; a restore is the whole of it: verify, stage, swap, into a home in which nothing is."""

    def __init__(self, home: Path, scratch: Path, passphrase: str) -> None:
        self.scratch = scratch
        self.folder = scratch / "backups"
        self.folder.mkdir(exist_ok=True)
        self.lock = Lock(passphrase) if passphrase else None
        self.keys = Keys(passphrase) if passphrase else None
        # What is not measured is not to lie in the home that the next one backs up.
        ground = ground_of(home)
        self.ground = replace(ground, paths=replace(ground.paths, cache=scratch / "cache"))

    def back_up(self) -> None:
        take(self.ground, Wish(self.folder, lock=self.lock))

    def newest(self) -> Backup:
        path = max(self.folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return ArchiveBackup(path, self.keys)

    def restore(self) -> None:
        site = Site(ground_of(self.scratch / "out"), {})
        report = restore(self.newest(), site, Order(None, Owner(site.ground.paths.state), _nothing_to_save))
        assert not report.taken_back


class Stored(Archive):
    """A content store on a disk, with what this computer remembers of files."""

    def __init__(self, home: Path, scratch: Path, passphrase: str) -> None:
        super().__init__(home, scratch, passphrase)
        self.place = store_format.layout(self.folder)
        identity = scratch / IDENTITY
        if not self.place.format_file.exists():
            identity.write_text(store_format.create(self.place, self.lock))
        secret = identity.read_text()
        # As the keyring has it.
        self.keys = Keys(identities=(secret,)) if secret else None

    def back_up(self) -> None:
        store = Store(self.place, self.ground.paths.cache, self.keys or Keys())
        take_into(store, self.ground, Wish(self.folder, lock=self.lock))

    def newest(self) -> Backup:
        path = self.place.snapshots / store_snapshots.heads(self.place)[-1].name
        return StoreBackup(path, self.ground.paths.cache, self.keys)


def _nothing_to_save() -> Path:
    raise AssertionError("an empty home has nothing to save")


def _memory(field: str) -> int:
    """Bytes that the process has ("VmRSS") or had at most ("VmHWM")."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)


def main() -> None:
    """Do it and print seconds, CPU seconds and megabytes above the beginning."""
    kind, action, home, scratch, *passphrase = sys.argv[1:]
    work = (Archive if kind == "archive" else Stored)(Path(home), Path(scratch), "".join(passphrase))
    one_heap()
    linux = Path("/proc/self/clear_refs").exists()
    if linux:
        Path("/proc/self/clear_refs").write_text("5")  # the most that it had is counted from here
    idle = _memory("VmRSS:") if linux else psutil.Process().memory_info().rss
    cpu, began = time.process_time(), time.perf_counter()
    getattr(work, action)()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = _memory("VmHWM:") if linux else idle
    print(json.dumps({"seconds": took, "cpu": cpu, "megabytes": (peak - idle) / 1e6}))


if __name__ == "__main__":
    main()
