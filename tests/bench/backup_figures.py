"""Measures backups side by side in one run: the lesson's script, restic, borg and this program; to results/backup.md.

    python tests/bench/backup_figures.py [--quick] [--only 200mb|2gb|chat]

Each tool backs one home up, once more after one file of a hundred changed, and restores it; all in turn, again and
again. These machines are noisy: load and disk are measured before each turn and stand in the results. Needs restic and
borgbackup, 12 GB of disk where TMPDIR is, and about 20 minutes (2gb: 12).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from backup_beside_chat import Beside, beside_chat  # noqa: E402
from backup_tools import TOOLS, size_of  # noqa: E402
from backup_tree import change, difference, plant  # noqa: E402

SCRIPT, RESTIC = "the lesson's script", "restic"
# A file that changed within seconds is read again the next time: what is measured is the usual second backup.
REST_S = 3.5
_MADE = 500


@dataclass(frozen=True)
class Stage:
    """A home to be backed up: what a person calls it, files, bytes, and how many turns of which tools."""

    title: str
    files: int
    size: int
    turns: int
    tools: tuple[str, ...]


_MOST = (SCRIPT, RESTIC, "borg", "backup file", "store, sealed")
STAGES = {
    "200mb": Stage("200 MB, 2,000 files", 2_000, 200_000_000, 3, tuple(TOOLS)),
    "2gb": Stage("2 GB, 20,000 files", 20_000, 2_000_000_000, 2, _MOST),
}  # fmt: skip


@dataclass
class Found:
    """What was measured of one tool, a value for each turn: seconds, CPU seconds, MB."""

    first: list[float] = field(default_factory=list)
    second: list[float] = field(default_factory=list)
    restore: list[float] = field(default_factory=list)
    size: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    synced: list[float] = field(default_factory=list)


@dataclass
class Noise:
    """What disturbed, a value for each turn: the load, and milliseconds to write and sync 32 MB and a small file, and
    to make a file: where there is no journal that takes long for minutes after many were removed."""

    load: list[float] = field(default_factory=list)
    large_ms: list[float] = field(default_factory=list)
    small_ms: list[float] = field(default_factory=list)
    made_ms: list[float] = field(default_factory=list)

    def look(self, folder: Path) -> None:
        """Measure it now."""
        self.load.append(os.getloadavg()[0])
        path, data = folder / "noise", os.urandom(32_000_000)
        self.large_ms.append(_written_ms(path, data))
        self.small_ms.append(statistics.median(_written_ms(path, data[:4096]) for _ in range(9)))
        path.unlink()
        path.mkdir()
        began = time.perf_counter()
        for number in range(_MADE):
            (path / str(number)).touch()
        self.made_ms.append((time.perf_counter() - began) * 1e3 / _MADE)
        shutil.rmtree(path)


def _written_ms(path: Path, data: bytes) -> float:
    began = time.perf_counter()
    with path.open("wb", buffering=0) as file:
        file.write(data)
        os.fsync(file.fileno())
    return (time.perf_counter() - began) * 1e3


def turn(name: str, home: Path, folder: Path, number: int, found: Found) -> None:
    """One turn of one tool: first backup, second, restore; what the first turn restored must be what is there."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        tool = TOOLS[name](home, Path(scratch))
        os.sync()
        first = tool.back_up()
        began = time.perf_counter()
        os.sync()
        found.synced.append(time.perf_counter() - began)
        found.first.append(first.seconds)
        found.size.append(size_of(tool) / 1e6)
        change(home, number)
        time.sleep(REST_S)
        os.sync()
        second = tool.back_up()
        found.second.append(second.seconds)
        os.sync()
        restored = tool.restore()
        found.restore.append(restored.seconds)
        found.cpu.append(first.cpu)
        found.memory.append(max(first.megabytes, second.megabytes, restored.megabytes))
        if len(found.first) == 1 and (wrong := difference(home, tool.restored)):
            raise SystemExit(f"{name}: {wrong}")


def measure(stage: Stage, noise: Noise) -> tuple[dict[str, Found], float]:
    """All tools of a stage in turn; also the bytes of the home in MB."""
    found = {name: Found() for name in stage.tools}
    with tempfile.TemporaryDirectory(prefix="clawd-figures-") as scratch:
        folder = Path(scratch)
        home = folder / "home"
        megabytes = plant(home, stage.files, stage.size) / 1e6
        time.sleep(REST_S)
        for number in range(stage.turns):
            for at, name in enumerate(stage.tools):
                noise.look(folder)
                turn(name, home, folder, number * len(stage.tools) + at, found[name])
                print(f"{stage.title}, turn {number + 1}: {name} {asdict(found[name])}", file=sys.stderr, flush=True)
    return found, megabytes


def chat(size: int, messages: int) -> Beside:
    """The application's answers while it backs up a home of so many bytes."""
    folder = Path(tempfile.mkdtemp(prefix="clawd-figures-"))
    try:
        plant(folder / "home", size // 100_000, size)
        return asyncio.run(beside_chat(folder / "home", folder / "backups", messages))
    finally:
        shutil.rmtree(folder)


def spread(values: list[float], digits: int = 2) -> str:
    """The median, with least and most."""
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def table(found: dict[str, Found]) -> list[str]:
    """The rows of one stage."""
    lines = [
        "| | first, s | second after 1 %, s | restore, s | size, MB | CPU of the first, s | then to the disk, s "
        "| most memory above idle, MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        lines.append(
            f"| {name} | {spread(one.first)} | {spread(one.second)} | {spread(one.restore)} | {spread(one.size, 1)} "
            f"| {spread(one.cpu)} | {spread(one.synced)} | {f'{max(one.memory):,.0f}' if max(one.memory) else ''} |"
        )
    return lines


def verdicts(found: dict[str, Found]) -> list[str]:
    """What was asked for, and what came out; each as the ratio of medians of the same run."""

    def middle(name: str, what: Callable[[Found], list[float]]) -> float:
        return statistics.median(what(found[name]))

    lines = ["| | first: times the script's speed (4) | times restic's speed (0.8) | second: part of the first (5 %) "
             "| restore: times restic's speed (0.8) | size to restic's (within 10 %) |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for name in found:
        if name in (SCRIPT, RESTIC, "borg"):
            continue
        first, second = middle(name, lambda one: one.first), middle(name, lambda one: one.second)
        lines.append(
            f"| {name} | {middle(SCRIPT, lambda one: one.first) / first:.1f} "
            f"| {middle(RESTIC, lambda one: one.first) / first:.2f} | {second / first:.1%} "
            f"| {middle(RESTIC, lambda one: one.restore) / middle(name, lambda one: one.restore):.2f} "
            f"| {middle(name, lambda one: one.size) / middle(RESTIC, lambda one: one.size) - 1:+.1%} |"
        )
    return lines


def _percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def chat_table(found: Beside) -> list[str]:
    """How soon messages are taken."""
    lines = ["| | messages | p50, ms | p99, ms (20) | most, ms |", "|---|---|---|---|---|"]
    for name, values in (("without a backup", found.alone), ("while a backup is made", found.beside)):
        p50, p99 = _percentile(values, 0.5), _percentile(values, 0.99)
        lines.append(f"| {name} | {len(values)} | {p50:.1f} | {p99:.1f} | {max(values):.1f} |")
    more = found.most_mb - found.idle_mb
    lines += ["", f"A backup took {spread(found.backups_s)} s meanwhile. Memory of the application: "
              f"{found.idle_mb:.0f} MB before, at most {more:.0f} MB more during it (120)."]  # fmt: skip
    return lines


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="homes of a tenth, one turn, not written to the file")
    parser.add_argument("--only", choices=(*STAGES, "chat"))
    asked = parser.parse_args()
    missing = [program for program in ("restic", "borg") if shutil.which(program) is None]
    if missing and asked.only != "chat":
        raise SystemExit("needs: apt-get install restic borgbackup")
    noise, parts, data, began = Noise(), [], {}, time.monotonic()
    for key, stage in STAGES.items():
        if asked.only not in (None, key):
            continue
        if asked.quick:
            stage = Stage(f"a tenth of {stage.title}", stage.files // 10, stage.size // 10, 1, stage.tools)
        found, megabytes = measure(stage, noise)
        parts += [f"## {stage.title}", "", f"{megabytes:,.0f} MB, {stage.turns} turns.", "", *table(found), "",
                  *verdicts(found), ""]  # fmt: skip
        data[key] = {name: asdict(one) for name, one in found.items()}
    if asked.only in (None, "chat"):
        beside = chat(50_000_000 if asked.quick else 500_000_000, 100 if asked.quick else 400)
        parts += ["## Messages while a backup is made", "", *chat_table(beside), ""]
        data["chat"] = asdict(beside)
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    head = ["# Backups", "", f"{time.strftime('%Y-%m-%d %H:%M')} ({machine}), {(time.monotonic() - began) / 60:.0f} "
            "minutes; median (least to most), seconds until the program returned. Behind each heading of the second "
            "table stands what is asked for. Restic and borg encrypt.", ""]  # fmt: skip
    if noise.load:
        head += [f"Before each turn: load {spread(noise.load, 1)}; the disk took {spread(noise.large_ms, 0)} ms for 32 "
                 f"MB, {spread(noise.small_ms, 1)} ms for a small file, and {spread(noise.made_ms)} ms to make one.", ""
                 ]  # fmt: skip
    text = "\n".join((*head, *parts))
    print(text)
    if not asked.quick and asked.only is None:
        results = Path(__file__).parent / "results"
        results.mkdir(exist_ok=True)
        (results / "backup.md").write_text(text, encoding="utf-8")
        (results / "backup.json").write_text(json.dumps({**data, "noise": asdict(noise)}, indent=1) + "\n")


if __name__ == "__main__":
    main()
