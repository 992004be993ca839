"""Makes or restores one backup of this program in a process of its own, and prints what it took as one line of JSON.

    python tests/bench/backup_work.py archive|store back_up|restore HOME SCRATCH [PASSPHRASE]

Time and memory are those of the work alone, in a process that has everything loaded, as the application has.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import psutil  # noqa: E402
from backup_stage import ground_at  # noqa: E402

from clawd_desktop.backup import archive_reader, packed_stream, packs, seen_files, store_format  # noqa: E402
from clawd_desktop.backup.archive_backup import ArchiveBackup  # noqa: E402
from clawd_desktop.backup.collect import collect  # noqa: E402
from clawd_desktop.backup.ground import Ground  # noqa: E402
from clawd_desktop.backup.manifest import Manifest  # noqa: E402
from clawd_desktop.backup.restore import Order, restore  # noqa: E402
from clawd_desktop.backup.sealing import Keys, Lock  # noqa: E402
from clawd_desktop.backup.staging import Site  # noqa: E402
from clawd_desktop.backup.standstill import Owner  # noqa: E402
from clawd_desktop.backup.store import Store  # noqa: E402
from clawd_desktop.backup.store_adding import Source  # noqa: E402
from clawd_desktop.backup.taking import Wish, take  # noqa: E402
from clawd_desktop.core.clock import SystemClock  # noqa: E402

assert packed_stream  # what they load is loaded
assert packs
IDENTITY = "identity.txt"


def ground_of(home: Path) -> Ground:
    """That home, with the clock of the computer."""
    return replace(ground_at(home), clock=SystemClock(), included=(), backup_folders=())


class Archive:
    """Backup files; a restore is the whole of it: verify, stage, swap, into a home in which nothing is."""

    def __init__(self, home: Path, scratch: Path, passphrase: str) -> None:
        self.home, self.scratch, self.passphrase = home, scratch, passphrase

    def back_up(self) -> None:
        folder = self.scratch / "backups"
        folder.mkdir(exist_ok=True)
        lock = Lock(self.passphrase) if self.passphrase else None
        ground = ground_of(self.home)
        # What is not measured is not to lie in the home that the next one backs up.
        paths = replace(ground.paths, cache=self.scratch / "cache")
        take(replace(ground, paths=paths), Wish(folder, lock=lock))

    def restore(self) -> None:
        path = max((self.scratch / "backups").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        site = Site(ground_of(self.scratch / "out"), {})
        order = Order(None, Owner(site.ground.paths.state), _nothing_to_save)
        keys = Keys(self.passphrase) if self.passphrase else None
        report = restore(ArchiveBackup(path, keys), site, order)
        assert not report.taken_back

    def arrange(self) -> None:
        """All lies where it belongs."""


class Stored:
    """A content store on a disk, with what this computer remembers of files."""

    def __init__(self, home: Path, scratch: Path, passphrase: str) -> None:
        self.home, self.scratch = home, scratch
        self.folder, self.identity = scratch / "disk", scratch / IDENTITY
        self.folder.mkdir(exist_ok=True)
        place = store_format.layout(self.folder)
        if not place.format_file.exists():
            self.identity.write_text(store_format.create(place, passphrase))

    def opened(self) -> Store:
        secret = self.identity.read_text()
        return Store(self.folder, self.scratch / "cache", Keys(identities=(secret,)) if secret else Keys())

    def back_up(self) -> None:
        collected = collect(ground_of(self.home))
        draft = Manifest(
            f"b{time.time_ns()}", time.time_ns() // 1_000_000, "person", "1.0", "host", "Linux", "out",
            collected.roots, (), collected.left_out,
        )  # fmt: skip

        def sources() -> Iterator[Source]:
            for found in collected.found:
                if found.entry.kind != "file":
                    yield Source(found.entry)
                    continue
                path = os.path.join(found.root, found.inner)
                yield Source(found.entry, _opener(path), seen_files.stamp_of(path, os.lstat(path)))  # type: ignore[arg-type]

        self.opened().add(draft, sources())

    def restore(self) -> None:
        store = self.opened()
        out = self.scratch / "staged"
        disk = archive_reader.probe_disk(self.scratch)
        store.extract(store.snapshots()[-1], lambda entry: True, out, disk)

    def arrange(self) -> None:
        """Bring what was restored to the places in which the others restore, for the comparison."""
        home, staged = self.scratch / "out", self.scratch / "staged"
        for path in sorted(path for path in staged.rglob("*") if not path.is_dir()):
            area, *inner = path.relative_to(staged).parts
            target = home.joinpath("clawd" if area.startswith("workspace") else ".clawdbot", *inner)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)


def _opener(path: str) -> Callable[[], object]:
    return lambda: io.FileIO(path)


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
    linux = Path("/proc/self/clear_refs").exists()
    if linux:
        Path("/proc/self/clear_refs").write_text("5")  # the most that it had is counted from here
    idle = _memory("VmRSS:") if linux else psutil.Process().memory_info().rss
    cpu, began = time.process_time(), time.perf_counter()
    getattr(work, action)()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = _memory("VmHWM:") if linux else idle
    if action == "restore":
        work.arrange()
    print(json.dumps({"seconds": took, "cpu": cpu, "megabytes": (peak - idle) / 1e6}))


if __name__ == "__main__":
    main()
