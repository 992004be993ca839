"""Measures what room for work and the cache cost, and writes the figures to results/resources.md.

    python tests/bench/resource_figures.py

These machines are noisy: each figure is the median of several rounds.
"""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "agent")]

from resource_stage import Settings, Stage, at_most  # noqa: E402
from stage import stage  # noqa: E402

from clawd_desktop.agent.runs import Submission  # noqa: E402
from clawd_desktop.core.clock import ManualClock, SystemClock  # noqa: E402
from clawd_desktop.core.messages import user_message  # noqa: E402
from clawd_desktop.core.tasks import spawn  # noqa: E402
from clawd_desktop.operations.machine import RealMachine  # noqa: E402
from clawd_desktop.operations.measuring import Measuring  # noqa: E402
from clawd_desktop.operations.resources import OLD_S, ResourceManager  # noqa: E402
from clawd_desktop.operations.tidying import Tidier  # noqa: E402
from clawd_desktop.storage.cache import MultiLevelCache  # noqa: E402
from clawd_desktop.storage.cache_rows import CacheLimits  # noqa: E402

ROUNDS = 7
Row = tuple[str, str]


async def each_us(count: int, work: Callable[[], Awaitable[object]]) -> float:
    """Microseconds for one, the median of some rounds."""
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(count):
            await work()
        found.append((time.perf_counter() - began) / count * 1e6)
    return statistics.median(found)


async def places() -> list[Row]:
    """What a place costs."""
    rows: list[Row] = []
    for holders in (0, 64):
        on = Stage(agents=at_most(1_000))
        await on.measured()
        held = [on.manager.place("agent", str(number)) for number in range(holders)]
        for place in held:
            await place.__aenter__()

        async def one(on: Stage = on) -> None:
            async with on.manager.place("agent", "s"):
                pass

        rows.append((f"a place, {holders} others held", f"{await each_us(500, one):.0f} µs"))
    machine = RealMachine(Path(tempfile.gettempdir()))
    clock = ManualClock()
    measuring = Measuring(machine, clock)
    real = ResourceManager(Settings(), measuring, clock)

    async def stale() -> None:
        clock.advance(OLD_S + 1)
        async with real.place("agent", "s"):
            pass

    rows.append(("a place when the computer must be measured first", f"{await each_us(20, stale) / 1e3:.1f} ms"))

    async def read(children: bool) -> None:
        machine.read(children=children)

    rows.append(("one measurement", f"{await each_us(20, lambda: read(False)) / 1e3:.1f} ms"))
    rows.append(("with all child processes", f"{await each_us(20, lambda: read(True)) / 1e3:.1f} ms"))
    return [*rows, await crowd()]


async def crowd() -> Row:
    """A thousand who wait for four places."""
    on = Stage(agents=at_most(4), resources={"maxWaiting": 2_000})
    await on.measured()

    async def one(number: int) -> None:
        async with on.manager.place("agent", f"s{number % 50}"):
            await asyncio.sleep(0)

    began = time.perf_counter()
    await asyncio.gather(*(spawn(one(number), name="one") for number in range(1_000)))
    return "1,000 who wait for 4 places, until all have had one", f"{(time.perf_counter() - began) * 1e3:.0f} ms"


async def turns() -> list[Row]:
    """Whole turns with a model that answers at once: with somebody who gives room, and with nobody."""
    found: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder)) as on:
            for number in range(2 * 80):
                admitted = number % 2 == 0
                on.assistant._lanes.admission = on.resources if admitted else None  # noqa: SLF001
                began = time.perf_counter()
                await on.assistant.submit(Submission("main", "hello", f"r{number}"))
                await on.ended(f"r{number}")
                found[admitted].append((time.perf_counter() - began) * 1e3)
    with_room, without = statistics.median(found[True]), statistics.median(found[False])
    return [
        ("a whole turn without admission, the model answers at once", f"{without:.1f} ms"),
        ("a whole turn with admission", f"{with_room:.1f} ms"),
        ("what admission adds to a turn", f"{with_room - without:.2f} ms"),
    ]


async def cache() -> list[Row]:
    """What a hit costs on each level."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        made = MultiLevelCache(Path(folder) / "c", SystemClock(), CacheLimits())
        pages = made.namespace("web_fetch")
        for size in (1_000, 100_000):
            key = f"k{size}"
            await pages.put(key, os.urandom(size))
            rows.append(
                (f"hit in memory, {size:,} bytes", f"{await each_us(2_000, lambda k=key: pages.get(k)):.1f} µs")
            )

            async def from_disk(k: str = key) -> None:
                made.evict_memory()
                assert await pages.get(k) is not None

            rows.append((f"hit on the disk, {size:,} bytes", f"{await each_us(100, from_disk):.0f} µs"))
        keys = iter(range(10**9))

        async def put() -> None:
            await pages.put(str(next(keys)), b"x" * 1_000)

        rows.append(("put, 1,000 bytes (the disk follows)", f"{await each_us(60, put):.0f} µs"))

        async def make() -> bytes:
            await asyncio.sleep(0)
            return b"made"

        began = time.perf_counter()
        await asyncio.gather(*(pages.get_or_make("crowd", make) for _ in range(1_000)))
        rows.append(("1,000 who ask at once, one making", f"{(time.perf_counter() - began) * 1e3:.0f} ms"))
        await made.close()
    return rows


async def context() -> list[Row]:
    """What the model sees of a conversation of 400 messages: kept, and read anew."""
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder)) as on:
            for number in range(400):
                await on.store.append("main", user_message("words " * 100, now_ms=number))

            async def anew() -> None:
                on.store.evict_contexts()
                await on.store.context("main")

            await on.store.context("main")
            return [
                ("context of 400 messages, read anew", f"{await each_us(10, anew) / 1e3:.1f} ms"),
                ("the same, kept", f"{await each_us(50, lambda: on.store.context('main')) / 1e3:.2f} ms"),
            ]


async def tidying() -> list[Row]:
    """For how long everything stands still when memory is tidied."""
    rows: list[Row] = []
    for count in (0, 300_000, 1_000_000):
        kept = [[number] for number in range(count)]
        done = await Tidier().tidy()
        looked = "all objects" if done.whole else "the young ones"
        rows.append((f"tidying with {len(kept):,} more objects ({looked})", f"{done.stood_s * 1e3:.0f} ms"))
    return rows


async def main() -> None:
    """All figures, as a table of Markdown."""
    parts = {"Room for work": places, "Turns": turns, "Cache": cache, "Conversations": context, "Memory": tidying}
    python = platform.python_version()
    lines = ["# What room for work and the cache cost", "", f"{os.cpu_count()} cores, Python {python}.", ""]
    for title, part in parts.items():
        lines += [f"## {title}", "", "| what | figure |", "|---|---|"]
        lines += [f"| {what} | {figure} |" for what, figure in await part()]
        lines.append("")
    text = "\n".join(lines)
    sys.stdout.write(text)
    (Path(__file__).parent / "results" / "resources.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
