"""Measures the store of backups against `cp -r` + `tar -czf` and restic, side by side in one run. Prints seconds.

Run: python tests/bench/store_figures.py [--files N] [--mebibytes N] [--rounds N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from store_rig import Rig, draft, on_disk  # noqa: E402

from clawd_desktop.backup.member_names import LINUX  # noqa: E402

CHANGED = 100  # one file of so many is changed before the second backup


def plant(root: Path, files: int, size: int) -> None:
    """A tree of mixed files: two of three are text that packs well, one is noise; most are small, some are large."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 10))) for _ in range(3000)]
    text = " ".join(chance.choices(words, weights=[1 / (n + 1) for n in range(3000)], k=400_000)).encode()
    weights = [chance.lognormvariate(0, 1.5) for _ in range(files)]
    for number, weight in enumerate(weights):
        path = root / f"folder{number % 40}" / f"file{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        length = int(weight * size / sum(weights))
        start = chance.randrange(len(text))
        path.write_bytes(
            chance.randbytes(length) if number % 3 == 0 else (text * (length // len(text) + 2))[start:][:length]
        )


def change(root: Path, round_number: int) -> None:
    """Change one file of a hundred."""
    for number, path in enumerate(sorted(path for path in root.rglob("*") if path.is_file())):
        if number % CHANGED == round_number % CHANGED:
            path.write_bytes(path.read_bytes() + b"changed %d" % round_number)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took, until everything is on the disk."""
    os.sync()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def size_of(folder: Path) -> int:
    """Bytes of all files in it."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


class Ours:
    """The store of this program, which reads back what it wrote and syncs it."""

    def __init__(self, scratch: Path, source: Path, passphrase: str = "") -> None:
        self.source = source
        self.out = scratch / "out"
        self.rig = Rig(scratch / "disk", scratch / "cache", passphrase)
        self.folder = self.rig.folder
        self.number = 0

    def back_up(self) -> None:
        self.number += 1
        self.rig.open().add(draft(self.number), on_disk(self.source))

    def restore(self) -> None:
        store = self.rig.open()
        store.extract(store.snapshots()[-1], lambda entry: True, self.out, LINUX)


class Restic:
    """Debian's restic, with its own defaults."""

    def __init__(self, scratch: Path, source: Path) -> None:
        self.source = source
        self.folder = scratch / "repository"
        self.out = scratch / "out"
        self.environ = {
            **os.environ, "RESTIC_REPOSITORY": str(self.folder), "RESTIC_PASSWORD": "x",
            "XDG_CACHE_HOME": str(scratch / "cache"),
        }  # fmt: skip
        self._run("init")

    def _run(self, *arguments: str) -> None:
        subprocess.run(["restic", "--quiet", *arguments], env=self.environ, check=True, stdout=subprocess.DEVNULL)

    def back_up(self) -> None:
        self._run("backup", str(self.source))

    def restore(self) -> None:
        self._run("restore", "latest", "--target", str(self.out))


class Script:
    """What a shell script does: copy everything, then tar and gzip the copy."""

    def __init__(self, scratch: Path, source: Path) -> None:
        self.source = source
        self.folder = scratch / "backups"
        self.copy = scratch / "copy"
        self.out = scratch / "out"
        self.folder.mkdir(parents=True)

    def back_up(self) -> None:
        shutil.rmtree(self.copy, ignore_errors=True)
        target = self.folder / f"{len(list(self.folder.iterdir()))}.tar.gz"
        subprocess.run(["cp", "-r", self.source, self.copy], check=True)
        subprocess.run(["tar", "-czf", target, "-C", self.copy, "."], check=True)

    def restore(self) -> None:
        self.out.mkdir()
        subprocess.run(["tar", "-xzf", max(self.folder.iterdir()), "-C", self.out], check=True)


def measure(kind: Callable[[Path, Path], Ours | Restic | Script], source: Path, number: int) -> dict[str, float]:
    """First backup, second after a change, third without one, restore: seconds; and the size of the first."""
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        tool = kind(Path(folder), source)
        found = {"first": timed(tool.back_up), "megabytes": size_of(tool.folder) / 1e6}
        change(source, number)
        # Files that were changed within seconds are read again: what is measured is the usual second backup.
        time.sleep(3.5)
        found["second"] = timed(tool.back_up)
        found["unchanged"] = timed(tool.back_up)
        found["restore"] = timed(tool.restore)
        return found


def main() -> None:
    """Measure all in turn, several times; print the median of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--mebibytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    kinds: dict[str, Callable[[Path, Path], Ours | Restic | Script]] = {
        "store": Ours, "sealed store": lambda scratch, source: Ours(scratch, source, "words"),
        "restic": Restic, "cp + tar": Script,
    }  # fmt: skip
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in kinds}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        plant(source, options.files, options.mebibytes << 20)
        time.sleep(3.5)
        for number in range(options.rounds):
            for name, kind in kinds.items():
                rounds[name].append(measure(kind, source, number * len(kinds) + len(rounds[name])))
    figures = {
        name: {what: round(statistics.median(one[what] for one in found), 2) for what in found[0]}
        for name, found in rounds.items()
    }
    for name, one in figures.items():
        print(f"{name:13}", "  ".join(f"{what} {value:8.2f}" for what, value in one.items()))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
