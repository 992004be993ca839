"""Uses the application for a long time and watches its memory: it must not grow.

    python tests/bench/soak.py real [--minutes 60]         as it is used: some turns a minute, clients that come and go
    python tests/bench/soak.py simulated [--minutes 10]    a week with a fast clock, 10,000 turns, 1,000 reconnects

Writes results/soak-<kind>.json and .svg (the curve), and prints what it found.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil
from aiohttp import web

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from running_gateway import PASSWORD, Client, Provider, config_text, free_port  # noqa: E402

from clawd_desktop.core.tasks import spawn  # noqa: E402

RESULTS = Path(__file__).parent / "results"
WEEK_S = 7 * 86_400


@dataclass
class Plan:
    """What is done in how many minutes; `speed` is how much faster the application's clock goes."""

    minutes: float
    turns: int
    reconnects: int
    sessions: int
    at_once: int
    speed: float = 1.0


@dataclass
class Curve:
    """What was measured: minutes since the start, memory of the main process and of all in bytes."""

    minutes: list[float] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    all: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)


async def soak(plan: Plan) -> dict[str, object]:
    """Start it, use it by the plan, stop it; what was measured and counted."""
    folder = Path(tempfile.mkdtemp(prefix="clawd-soak-"))
    provider = Provider()
    server = web.Application()
    server.router.add_post("/v1/chat/completions", provider.answer)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    more: dict[str, object] = {"monitoring": {"thresholds": {"checkInterval": 15_000}}}
    (folder / "clawdbot.json").write_text(config_text(runner.addresses[0][1], **more))
    port = free_port()
    app = [sys.executable, "-m", "clawd_desktop"] if plan.speed == 1 else [
        sys.executable, str(Path(__file__).parent / "fast_app.py"), str(plan.speed)
    ]  # fmt: skip
    environ = {**os.environ, "CLAWDBOT_GATEWAY_PASSWORD": PASSWORD, "TEST_KEY": "soak", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*app, "serve", "--data-dir", str(folder), "--port", str(port)], cwd=ROOT, env=environ,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        found = await _use(plan, port, process, provider)
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 20)
        await runner.cleanup()
    logs = [line for path in folder.rglob("clawd-desktop-*.log") for line in path.read_text("utf-8").splitlines()]
    found["warnings"] = sum('"WARN"' in line for line in logs)
    found["errors"] = sum('"ERROR"' in line or '"FATAL"' in line for line in logs)
    found["exit"] = process.returncode
    return found


async def _use(plan: Plan, port: int, process: subprocess.Popen[bytes], provider: Provider) -> dict[str, object]:
    curve, done = Curve(), {"turns": 0, "reconnects": 0, "failed": 0}
    async with aiohttp.ClientSession() as session:
        await _ready(session, port)
        begin = time.monotonic()
        end = begin + plan.minutes * 60
        places = asyncio.Semaphore(plan.at_once)
        watching = spawn(_watch(process, curve, begin, plan.minutes), name="watch")
        turns = spawn(
            _paced(plan.turns, begin, end, lambda number: _turn(session, port, number, plan, done, places, provider)),
            name="turns",
        )
        comings = spawn(
            _paced(plan.reconnects, begin, end, lambda _number: _come_and_go(session, port, done)), name="comings"
        )
        await asyncio.gather(turns, comings)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        _measure(process, curve, begin)
    return {"plan": vars(plan), **done, "took_minutes": round((time.monotonic() - begin) / 60, 1), "curve": vars(curve)}


async def _paced(count: int, begin: float, end: float, do: object) -> None:
    running: set[asyncio.Task[None]] = set()
    for number in range(count):
        await asyncio.sleep(max(0.0, begin + (end - begin) * number / count - time.monotonic()))
        task = spawn(do(number), name="soak")  # type: ignore[operator]
        running.add(task)
        task.add_done_callback(running.discard)
        while len(running) > 64:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    if running:
        await asyncio.wait(running)


async def _turn(
    session: aiohttp.ClientSession, port: int, number: int, plan: Plan, done: dict[str, int],
    places: asyncio.Semaphore, provider: Provider,
) -> None:  # fmt: skip
    provider.requests.clear()
    async with places:
        try:
            async with session.ws_connect(f"ws://127.0.0.1:{port}", max_msg_size=0) as socket, asyncio.timeout(120):
                client = Client(socket)
                await client.connect()
                key = f"agent:main:soak-{number % plan.sessions}"
                run = f"soak-{number}"
                text = f"Message {number}. " + "It is as long as people write. " * 8
                await client.call("chat.send", sessionKey=key, message=text, idempotencyKey=run)
                await client.until("chat", state="final", runId=run)
            done["turns"] += 1
        except (aiohttp.ClientError, TimeoutError, OSError, AssertionError, TypeError):
            done["failed"] += 1


async def _come_and_go(session: aiohttp.ClientSession, port: int, done: dict[str, int]) -> None:
    try:
        async with session.ws_connect(f"ws://127.0.0.1:{port}") as socket, asyncio.timeout(60):
            client = Client(socket)
            await client.connect()
            for method in ("health", "status", "sessions.list", "metrics.get"):
                await client.call(method)
        done["reconnects"] += 1
    except (aiohttp.ClientError, TimeoutError, OSError, AssertionError, TypeError):
        done["failed"] += 1


async def _watch(process: subprocess.Popen[bytes], curve: Curve, begin: float, minutes: float) -> None:
    while True:
        await asyncio.to_thread(_measure, process, curve, begin)
        await asyncio.sleep(max(1.0, minutes * 60 / 360))


def _measure(process: subprocess.Popen[bytes], curve: Curve, begin: float) -> None:
    own = psutil.Process(process.pid)
    everything = [own, *own.children(recursive=True)]
    curve.minutes.append(round((time.monotonic() - begin) / 60, 3))
    curve.own.append(own.memory_info().rss)
    curve.all.append(sum(one.memory_info().rss for one in everything))
    curve.threads.append(own.num_threads())
    curve.files.append(own.num_fds())


async def _ready(session: aiohttp.ClientSession, port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.05)


def verdict(found: dict[str, object]) -> dict[str, float]:
    """Memory of the first hour (of the application's clock) against the end, in MiB, and by how much it grew.

    With a fast clock the first hour is a few seconds, in which nothing that waits was done yet: so the first minute of
    the computer's clock is told beside it.
    """
    plan, curve = found["plan"], found["curve"]
    assert isinstance(plan, dict)
    assert isinstance(curve, dict)
    tail = max(1, len(curve["own"]) // 20)
    last = sorted(curve["own"][-tail:])[tail // 2]

    def most_until(minutes: float) -> int:
        return max(rss for at, rss in zip(curve["minutes"], curve["own"], strict=True) if at <= max(minutes, 0.001))

    first, minute = most_until(min(60.0 / plan["speed"], plan["minutes"] / 4)), most_until(1.0)
    return {
        "first_mib": round(first / 2**20, 1), "minute_mib": round(minute / 2**20, 1),
        "last_mib": round(last / 2**20, 1), "most_mib": round(max(curve["own"]) / 2**20, 1),
        "growth_percent": round(100 * (last / first - 1), 1),
        "growth_after_a_minute_percent": round(100 * (last / minute - 1), 1),
    }  # fmt: skip


def picture(found: dict[str, object], title: str) -> str:
    """The curve as SVG."""
    curve = found["curve"]
    assert isinstance(curve, dict)
    times, values = curve["minutes"], [rss / 2**20 for rss in curve["own"]]
    width, height, left, top = 720, 240, 56, 32
    most, longest = max(values) * 1.15, max(times) or 1
    points = " ".join(
        f"{left + (width - left - 16) * at / longest:.1f},{top + (height - top - 32) * (1 - value / most):.1f}"
        for at, value in zip(times, values, strict=True)
    )
    marks = "".join(
        f'<line x1="{left}" x2="{width - 16}" y1="{y:.0f}" y2="{y:.0f}" stroke="#d8d8de"/>'
        f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{most * share:.0f} MiB</text>'
        for share in (0, 0.5, 1)
        for y in (top + (height - top - 32) * (1 - share),)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" '
        f'font-size="12" fill="#5a5a64"><rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<text x="{left}" y="18" font-size="13" fill="#1b1b1f">{title}</text>{marks}'
        f'<text x="{left}" y="{height - 10}">0</text>'
        f'<text x="{width - 16}" y="{height - 10}" text-anchor="end">{longest:.0f} min</text>'
        f'<polyline points="{points}" fill="none" stroke="#2563c9" stroke-width="2"/></svg>\n'
    )


def main() -> int:
    """Run one kind and write its results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("real", "simulated"))
    parser.add_argument("--minutes", type=float)
    given = parser.parse_args()
    minutes = given.minutes or (60.0 if given.kind == "real" else 10.0)
    plan = (
        Plan(minutes, turns=round(minutes * 12), reconnects=round(minutes * 10), sessions=20, at_once=4)
        if given.kind == "real"
        else Plan(minutes, turns=10_000, reconnects=1_000, sessions=50, at_once=16, speed=WEEK_S / (minutes * 60))
    )
    found = asyncio.run(soak(plan))
    found["verdict"] = verdict(found)
    told = found["verdict"]
    assert isinstance(told, dict)
    title = f"Memory of the main process, {given.kind} soak: {told['first_mib']} to {told['last_mib']} MiB"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"soak-{given.kind}.json").write_text(json.dumps(found, indent=1) + "\n")
    (RESULTS / f"soak-{given.kind}.svg").write_text(picture(found, title))
    print(json.dumps({name: value for name, value in found.items() if name != "curve"}, indent=1))
    return 1 if found["failed"] or found["errors"] or found["exit"] else 0


if __name__ == "__main__":
    sys.exit(main())
