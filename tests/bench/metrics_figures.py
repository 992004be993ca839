"""What measuring costs: idle, for each request, on the disk for a month, and for a scrape; to results/metrics.md.

    python tests/bench/metrics_figures.py [--quick]

One gateway counts its requests in every second round; idle, two stand side by side, one that measures and one that
does not: so a busy machine is busy for both. What counts is the processor's time, not how long it took.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from load import Wire, connect, rate, wait_for_hello  # noqa: E402
from running_gateway import config_text, free_port  # noqa: E402

from clawd_desktop.core.clock import ManualClock  # noqa: E402
from clawd_desktop.operations.history_file import SCHEMA, HistoryFile  # noqa: E402
from clawd_desktop.operations.meter import RequestMeter  # noqa: E402
from clawd_desktop.operations.metrics import METRICS  # noqa: E402
from clawd_desktop.operations.ring import Ring  # noqa: E402
from clawd_desktop.operations.rollup import Bin  # noqa: E402
from clawd_desktop.operations.series import series_key  # noqa: E402
from clawd_desktop.operations.units import Unit  # noqa: E402
from clawd_desktop.storage.database import Database  # noqa: E402
from clawd_desktop.system.measure import Measurer  # noqa: E402

PASSWORD = "bench-password-0123456789"
RESULTS = Path(__file__).parent / "results" / "metrics.md"
Figures = dict[str, str]


class Gateway:
    """A running application of its own process, that measures or does not."""

    def __init__(self, *, measures: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clawd-bench-"))
        self.port = free_port()
        (self.folder / "clawdbot.json").write_text(config_text(9), encoding="utf-8")
        environ = os.environ | {"CLAWDBOT_GATEWAY_PASSWORD": PASSWORD, "TEST_KEY": "x"}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", "on" if measures else "off", str(self.folder), str(self.port)],
            cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.wires: list[Wire] = []

    async def ready(self, clients: int) -> None:
        await wait_for_hello(self.port, PASSWORD, self.began, limit_s=120.0)
        self.wires = [(await connect(self.port, PASSWORD)).wire for _ in range(clients)]

    def used(self) -> float:
        """Seconds of processor time since it began."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def serve(kind: str, folder: str, port: str) -> None:
    """Be such a gateway; "off" has the meter and the sampler taken out."""
    from clawd_desktop.app import main
    from clawd_desktop.cli.arguments import SERVE, Arguments
    from clawd_desktop.operations.sampler import Sampler

    real, nothing = RequestMeter.count, lambda self, method, seconds, ok, *, timed=True: None

    def change(*_: object) -> None:
        RequestMeter.count = nothing if RequestMeter.count is real else real  # type: ignore[method-assign]

    signal.signal(signal.SIGUSR1, change)
    if kind == "off":
        change()
        Sampler.start = lambda self: None  # type: ignore[method-assign]
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Arguments(command=SERVE, data_dir=Path(folder), port=int(port)), None))


async def requests(rounds: int, seconds: float) -> Figures:
    """Processor time of one request in one gateway, whose meter is taken out and put back between the rounds."""
    gateway = Gateway(measures=True)
    await gateway.ready(20)
    await asyncio.sleep(5.0)
    costs: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * rounds):
        before = gateway.used()
        done = await rate(gateway.wires, "health", seconds)
        costs[number % 2].append((gateway.used() - before) / (done.per_second * seconds) * 1e6)
        gateway.process.send_signal(signal.SIGUSR1)
        await asyncio.sleep(0.05)
    gateway.stop()
    on, off = (statistics.median(each) for each in costs)
    pairs = statistics.median(one / other for one, other in zip(*costs, strict=True))
    return {
        "a health request, counted": f"{on:.2f} µs of processor time ({min(costs[0]):.2f} at best)",
        "a health request, not counted": f"{off:.2f} µs ({min(costs[1]):.2f} at best)",
        "share of counting in it": f"{on / off - 1:.1%} (median of {rounds} pairs {pairs - 1:.1%})",
    }


async def idle(seconds: float) -> Figures:
    """Processor time of two idle gateways side by side."""
    on, off = Gateway(measures=True), Gateway(measures=False)
    await on.ready(1)
    await off.ready(1)
    await asyncio.sleep(8.0)
    before = on.used(), off.used()
    await asyncio.sleep(seconds)
    measured, bare = on.used() - before[0], off.used() - before[1]
    resident = [psutil.Process(each.process.pid).memory_info().rss / 2**20 for each in (on, off)]
    for gateway in (on, off):
        gateway.stop()
    return {
        f"idle over {seconds:.0f} s, measured every 15 s": f"{measured / seconds:.2%} of a core",
        "idle, not measured": f"{bare / seconds:.2%} of a core",
        "resident memory, measured and not": f"{resident[0]:.1f} and {resident[1]:.1f} MiB",
    }


def samplings() -> Figures:
    """One sampling, done by itself."""
    measurer, ring = Measurer(Path("/tmp")), Ring()
    values = {key: 1.5 for key in all_keys()}
    measurer.measure()
    began = time.process_time()
    for number in range(50):
        measurer.measure()
        ring.add(number * 2_000, values)
    each = (time.process_time() - began) / 50
    return {
        "one sampling of system and processes": f"{each * 1e3:.1f} ms of processor time",
        "that every 2 s, while somebody looks": f"{each / 2:.2%} of a core",
        "that every 15 s": f"{each / 15:.2%} of a core",
    }


def counting() -> Figures:
    """One call of the meter."""
    meter, count = RequestMeter(), 300_000
    best = math.inf
    for _ in range(5):
        began = time.thread_time()
        for _ in range(count):
            meter.count("health", 0.001_2, ok=True)
        best = min(best, time.thread_time() - began)
    return {"counting one request": f"{best / count * 1e6:.2f} µs"}


def all_keys() -> list[str]:
    """About as many series as an installation in use has."""
    labels = {"model": 4, "channel": 3, "tool": 6, "kind": 5, "namespace": 4, "service": 5}
    keys = []
    for metric in METRICS:
        keys += [series_key(metric.name, f"{metric.label}-{n}") for n in range(labels.get(metric.label, 0))]
        keys += [metric.name] * (not metric.label)
    return keys


class Walk:
    """A metric as metrics are: some never move, some only grow, most wander."""

    def __init__(self, key: str, generator: random.Random) -> None:
        metric = next(metric for metric in METRICS if metric.name == key.partition("{")[0])
        self.generator = generator
        self.grows = metric.counter
        self.noisy = metric.unit in (Unit.SHARE, Unit.BYTES, Unit.BYTES_PER_S, Unit.SECONDS)
        self.value = generator.uniform(0.1, 1.0) * (1e9 if metric.unit is Unit.BYTES else 1.0)

    def minute(self) -> Bin:
        """Four samplings."""
        before, now = self.value, self._moved()
        return Bin(min(before, now), 2 * (before + now), max(before, now), 4)

    def _moved(self) -> float:
        if self.grows:
            self.value += self.generator.choice((0, 0, 0, 1, 17))
        elif self.noisy:
            self.value = abs(self.value * self.generator.uniform(0.9, 1.12))
        elif self.generator.random() < 0.05:
            self.value = float(self.generator.randrange(12))
        return self.value


async def month(days: int, by_the_minute: bool) -> tuple[int, int, float]:
    """Bytes of the file after so many days, how many series it holds, and seconds of work for one minute."""
    folder = Path(tempfile.mkdtemp(prefix="clawd-bench-"))
    database = Database(folder / "metrics.sqlite", SCHEMA, ManualClock(), durable=False)
    await database.open()
    file, generator = HistoryFile(database), random.Random(11)
    walks = {key: Walk(key, generator) for key in all_keys()}
    spent, first = 0.0, 29_000_040
    for hour in range(days * 24):
        minutes: dict[int, dict[str, Bin]] = {}
        for minute in range(60):
            bins = minutes.setdefault(first + hour * 60 + minute, {})
            for key, walk in walks.items():
                bins[key] = walk.minute()
            if by_the_minute:
                began = time.process_time()
                await file.add(minutes)
                spent += time.process_time() - began
                minutes = {}
        if minutes:
            await file.add(minutes)
    await database.close()
    return (folder / "metrics.sqlite").stat().st_size, len(walks), spent / (days * 1_440)


async def disk(*, quick: bool) -> Figures:
    """A simulated month of all series, and some of its days written minute by minute as they really are."""
    days, sample = (3, 1) if quick else (30, 1)
    whole, series, _ = await month(days, by_the_minute=False)
    really, _, each = await month(sample, by_the_minute=True)
    return {
        f"history of {days} days, {series} series": f"{whole / 1e6:.1f} MB",
        f"{sample} days written minute by minute, as 30 days": f"{really / sample * 30 / 1e6:.1f} MB",
        "work for one minute of history": f"{each * 1e3:.1f} ms of processor time ({each / 60:.3%} of a core)",
    }


def scrape() -> Figures:
    """What /metrics costs with two thousand series."""
    from clawd_desktop.operations.exposition import Exposed, written

    meter = RequestMeter()
    for number in range(50):
        meter.count(f"method{number}", 0.002, ok=True)
    values = {f"model.tokens{{provider/model-{number}}}": number * 1.7 for number in range(1_800)}
    taken = []
    for _ in range(30):
        began = time.thread_time()
        data, _ = written(Exposed("1", values, meter.names(), meter.buckets()), "text/plain")
        taken.append((time.thread_time() - began) * 1e3)
    series = sum(not line.startswith("#") for line in data.decode().splitlines())
    return {f"/metrics with {series:,} series": f"{statistics.median(taken):.1f} ms ({min(taken):.1f} at best)"}


async def all_of_it(*, quick: bool) -> Figures:
    figures = counting() | samplings() | scrape()
    figures |= await disk(quick=quick)
    figures |= await requests(8 if quick else 40, 0.5)
    return figures | await idle(20 if quick else 90)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter rounds, results are only printed")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(*arguments.serve)
        return
    figures = asyncio.run(all_of_it(quick=arguments.quick))
    rows = "\n".join(f"| {name} | {value} |" for name, value in figures.items())
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    head = f"# What measuring costs\n\nMeasured on {time.strftime('%Y-%m-%d')} ({machine}; load {load})."
    text = f"{head}\n\n| figure | value |\n|---|---|\n{rows}\n"
    if not arguments.quick:
        RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
