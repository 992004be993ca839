"""Measures how many lines a second the log takes and how late the event loop is meanwhile, into results/logging.md.

    python tests/bench/logging_figures.py [--seconds 5] [--rounds 5] [--rate 52000]

These machines are noisy: compare rows of one run, not runs. The loop's own lateness without a log is the first row.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from clawd_desktop.operations import logs  # noqa: E402
from clawd_desktop.operations.redaction import Redactor  # noqa: E402

TICK_S = 0.001
KNOWN_SECRETS = 10
LOG = logging.getLogger("clawd.gateway.requests")


@dataclass(frozen=True)
class Round:
    """What one round came to; times in seconds. `cpu` is of all threads, for one line."""

    logged: float
    written: float
    dropped: int
    p50: float
    p99: float
    cpu: float


def plain(number: int) -> None:
    """A line as the gateway writes them."""
    LOG.info("request %s of client %d from %s answered in %.1f ms", "sessions.list", number, "127.0.0.1", 1.25)


def suspicious(number: int) -> None:
    """A line that is looked at closely, with something to hide."""
    LOG.info("request %d came with token=%s from %s", number, "abcdef0123456789", "127.0.0.1")


def silent(number: int) -> None:
    """No line: what is left is the lateness of the loop itself."""


async def measure(line: Callable[[int], None], seconds: float, rate: float) -> Round:
    """Log so many lines a second from the loop, one millisecond's worth at a time."""
    with tempfile.TemporaryDirectory() as name:
        redactor = Redactor()
        for _ in range(KNOWN_SECRETS):
            redactor.learn(secrets.token_urlsafe(32))
        desk = logs.set_up(Path(name), redactor, level="info", console=False)
        late: list[float] = []
        beat = asyncio.get_running_loop().create_task(_beat(late))
        before, began, count = time.process_time(), time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            due = int(passed * rate)
            # What could not be logged in time is not made up for in one go: that would only measure itself.
            for number in range(count, min(due, count + int(rate * TICK_S * 4))):
                line(number)
                count = number + 1
            await asyncio.sleep(TICK_S)
        logged = count / (time.perf_counter() - began)
        beat.cancel()
        await asyncio.to_thread(desk.flush, 30)
        took, cpu = time.perf_counter() - began, time.process_time() - before
        desk.close()
        lines = sum(path.read_bytes().count(b"\n") for path in Path(name).iterdir())
        late.sort()
        p50, p99 = late[len(late) // 2], late[int(len(late) * 0.99)]
        return Round(logged, lines / took, desk.dropped, p50, p99, cpu / max(1, count))


async def _beat(late: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK_S)
        late.append(time.perf_counter() - began - TICK_S)


def row(name: str, rounds: list[Round]) -> str:
    """The median of each figure, and the best and worst of lateness."""

    def middle(value: Callable[[Round], float]) -> float:
        return statistics.median(value(each) for each in rounds)

    tails = [each.p99 * 1000 for each in rounds]
    return (
        f"| {name} | {middle(lambda each: each.logged):,.0f} | {middle(lambda each: each.written):,.0f} "
        f"| {middle(lambda each: each.dropped):,.0f} | {middle(lambda each: each.p50) * 1000:.2f} "
        f"| {statistics.median(tails):.2f} ({min(tails):.2f} to {max(tails):.2f}) "
        f"| {middle(lambda each: each.cpu) * 1e6:.1f} |"
    )


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=float, default=52_000)
    asked = parser.parse_args()
    found: dict[str, list[Round]] = {"no line": [], "usual lines": [], "lines with something to hide": []}
    for _ in range(asked.rounds):  # in turn, so that a noisy minute does not fall on one row alone
        for (_, rounds), line in zip(found.items(), (silent, plain, suspicious), strict=True):
            rounds.append(asyncio.run(measure(line, asked.seconds, asked.rate)))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    text = "\n".join((
        "# The log", "",
        f"{time.strftime('%Y-%m-%d %H:%M')}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {load:.1f}; median of {asked.rounds} rounds of {asked.seconds:g} s, {asked.rate:,.0f} lines a second "
        f"asked for, {KNOWN_SECRETS} known secrets; JSON to a file.", "",
        "| | logged/s | written/s | dropped | loop late, p50 ms | p99 ms (least to most) | CPU us a line |",
        "|---|---|---|---|---|---|---|",
        *(row(name, rounds) for name, rounds in found.items()), "",
    ))  # fmt: skip
    print(text)
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "logging.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
