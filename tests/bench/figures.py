"""Measures the figures that users feel, headless and in the tray, in one run, and writes them to results/figures.md.

    python tests/bench/figures.py [--quick] [--only headless|tray]

These machines are noisy: compare columns of one run, not runs. The tray part needs the programs of the desktop tests.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from crowds import crowds  # noqa: E402
from load import Client, connect, open_wire, raise_file_limit, rate, wait_for_hello  # noqa: E402
from running_gateway import config_text, free_port  # noqa: E402

PASSWORD = "bench-password-0123456789"
SESSIONS = 1000
MODEL_DELAY_S = 0.2
Figures = dict[str, str]


class App:
    """One running application as a process of its own."""

    def __init__(self, mode: str, environ: dict[str, str]) -> None:
        self.mode = mode
        self.environ = environ
        self.folder = Path(tempfile.mkdtemp(prefix="clawd-bench-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    def write_config(self, provider_port: int) -> None:
        (self.folder / "clawdbot.json").write_text(config_text(provider_port), encoding="utf-8")

    def write_sessions(self, count: int) -> None:
        folder = self.folder / "agents" / "main" / "sessions"
        folder.mkdir(parents=True)
        index = {}
        now = int(time.time() * 1000)
        for number in range(count):
            session_id = str(uuid.uuid4())
            key = "agent:main:main" if number == 0 else f"agent:main:chat-{number}"
            file = folder / f"{session_id}.jsonl"
            header = {
                "type": "session",
                "version": 3,
                "id": session_id,
                "timestamp": "2026-01-01T00:00:00Z",
                "cwd": "/",
            }
            file.write_text(json.dumps(header) + "\n", encoding="utf-8")
            index[key] = {
                "sessionId": session_id,
                "updatedAt": now - number * 1000,
                "sessionFile": str(file),
                "label": f"Chat {number}",
                "chatType": "direct",
                "lastChannel": "webchat",
                "totalTokens": 15,
            }
        (folder / "sessions.json").write_text(json.dumps(index), encoding="utf-8")

    def start(self, *, keyring: bool = False) -> None:
        """Start it; with `keyring` it makes and finds its password in the Secret Service, as it does for people."""
        command = [sys.executable, "-m", "clawd_desktop"]
        command += ["serve"] if self.mode == "headless" else ["app"]
        command += ["--data-dir", str(self.folder), "--port", str(self.port)]
        environ = {**self.environ, "TEST_KEY": "bench-key"}
        if not keyring:
            environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    async def hello(self) -> float:
        return await wait_for_hello(self.port, PASSWORD, self.started)

    async def stop(self) -> float:
        assert self.process is not None
        began = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self.process.wait, 20)
        return time.perf_counter() - began

    def tree(self) -> list[psutil.Process]:
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


async def serve_model(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An OpenAI-compatible model that says its first word exactly MODEL_DELAY_S after it was asked."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            arrived = time.perf_counter()
            await asyncio.sleep(MODEL_DELAY_S)
            said = f"{arrived!r} {time.perf_counter()!r}"
            parts = [
                {"choices": [{"delta": {"content": said}}]},
                {"choices": [{"delta": {"content": "."}, "finish_reason": "stop"}]},
                {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5}},
            ]
            body = b"".join(b"data: " + json.dumps(part).encode() + b"\n\n" for part in parts) + b"data: [DONE]\n\n"
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n%b"
                % (len(body), body)
            )
            await writer.drain()


@asynccontextmanager
async def model_server() -> AsyncIterator[int]:
    server = await asyncio.start_server(serve_model, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@contextmanager
def echo_gateway() -> Iterator[int]:
    """The yardstick: a bare aiohttp server of its own process."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "echo_gateway.py")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


async def start_and_stop(mode: str, environ: dict[str, str], model_port: int, runs: int) -> Figures:
    hellos, icons, stops = [], [], []
    app = App(mode, environ)
    app.write_config(model_port)
    for number in range(runs + 1):
        app.start()
        watching = icon_seconds(app, environ) if mode == "tray" else asyncio.sleep(0, 0.0)
        hello, icon_s = await asyncio.gather(app.hello(), watching)
        await asyncio.sleep(1.0)
        stop = await app.stop()
        if number:  # the first one warms the disk
            hellos.append(hello)
            stops.append(stop)
            icons.append(icon_s)
    figures = {"warm start to first hello": spread(hellos, "s"), "SIGTERM to exit": spread(stops, "s")}
    if mode == "tray":
        figures["icon visible"] = spread(icons, "s")
    return figures


async def icon_seconds(app: App, environ: dict[str, str]) -> float:
    """Seconds until the icon's item is registered with the panel (StatusNotifierWatcher on the session bus)."""
    from jeepney import DBusAddress, Properties
    from jeepney.io.asyncio import open_dbus_router

    watcher = DBusAddress("/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher", "org.kde.StatusNotifierWatcher")
    question = Properties(watcher).get("RegisteredStatusNotifierItems")
    async with open_dbus_router(environ["DBUS_SESSION_BUS_ADDRESS"]) as router:
        while time.perf_counter() - app.started < 20:
            answer = await router.send_and_get_reply(question)
            if answer.body[0][1]:
                return time.perf_counter() - app.started
            await asyncio.sleep(0.01)
    return float("nan")


async def idle(mode: str, environ: dict[str, str], model_port: int, seconds: float) -> Figures:
    app = App(mode, environ)
    app.write_config(model_port)
    app.start(keyring=True)
    await answers(app.port)
    await asyncio.sleep(5.0)
    processes = app.tree()
    before = sum(sum(process.cpu_times()[:2]) for process in processes)
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    used = sum(sum(process.cpu_times()[:2]) for process in processes) - before
    took = time.perf_counter() - began
    resident = sum(process.memory_info().rss for process in app.tree()) / 2**20
    await app.stop()
    return {
        "idle resident memory, keyring in use": f"{resident:.1f} MiB ({len(processes)} process)",
        f"idle CPU over {seconds:.0f} s": f"{100 * used / took:.2f} %",
    }


async def answers(port: int) -> None:
    """Wait until the gateway listens."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return


async def throughput(mode: str, environ: dict[str, str], model_port: int, seconds: float) -> Figures:
    app = App(mode, environ)
    app.write_config(model_port)
    app.write_sessions(SESSIONS)
    app.start()
    await app.hello()
    figures: Figures = {}
    with echo_gateway() as echo_port:
        for count in (1, 50, 500):
            ours = [(await connect(app.port, PASSWORD)).wire for _ in range(count)]
            bare = [await open_wire(echo_port) for _ in range(count)]
            rates = []
            for _ in range(2):
                rates.append((await rate(ours, "health", seconds), await rate(bare, "health", seconds)))
            mine, yardstick = (statistics.mean(pair[side].per_second for pair in rates) for side in (0, 1))
            figures[f"health, {count} connections"] = (
                f"{mine:,.0f}/s; bare echo {yardstick:,.0f}/s; {yardstick / mine:.2f}x"
            )
            if count == 50:
                listed = await rate(ours, "sessions.list", seconds)
                figures["sessions.list (1,000 rows), 50 connections"] = f"{listed.per_second:,.0f}/s"
                few = await rate(ours, "sessions.list", seconds, {"limit": 50})
                figures["sessions.list (newest 50 of 1,000), 50 connections"] = f"{few.per_second:,.0f}/s"
            for wire in (*ours, *bare):
                wire.transport.abort()  # type: ignore[union-attr]
            await asyncio.sleep(0.5)
    figures |= await fan_out(app)
    figures |= await chat(app)
    await app.stop()
    return figures


async def beside_crowds(mode: str, environ: dict[str, str], model_port: int, seconds: float) -> Figures:
    app = App(mode, environ)
    app.write_config(model_port)
    app.write_sessions(SESSIONS)
    app.start()
    await app.hello()
    figures = await crowds(app.port, PASSWORD, app.tree()[0], seconds)
    await app.stop()
    return figures


async def fan_out(app: App) -> Figures:
    """One event to 500 clients: from the request that causes it to the last one that has it."""
    clients = [await connect(app.port, PASSWORD) for _ in range(500)]
    await asyncio.sleep(2.0)
    took = []
    for number in range(10):
        left = len(clients)
        done = asyncio.get_running_loop().create_future()

        def got(payload: bytes, number: int = number, done: asyncio.Future[float] = done) -> None:
            nonlocal left
            if f"bench note {number}".encode() in payload and b'"event":"chat"' in payload:
                left -= 1
                if left == 0:
                    done.set_result(time.perf_counter())

        for client in clients:
            client.wire.on_frame = got
        began = time.perf_counter()
        clients[0].post("chat.inject", sessionKey="main", message=f"bench note {number}")
        took.append((await done - began) * 1e3)
        await asyncio.sleep(0.2)
    for client in clients:
        client.wire.transport.abort()  # type: ignore[union-attr]
    await asyncio.sleep(0.5)
    return {"one event to 500 clients, last one served": spread(took, "ms")}


async def chat(app: App) -> Figures:
    client = await connect(app.port, PASSWORD)
    acknowledged, overhead = [], []
    for number in range(30):
        run_id = f"bench-{number}"
        began = time.perf_counter()
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey=run_id)
        acknowledged.append((time.perf_counter() - began) * 1e3)
        delta = await client.event("chat", runId=run_id, state="delta")
        seen = time.perf_counter()
        arrived, spoke = (float(part) for part in text_of(delta).rstrip(".").split()[:2])
        overhead.append(((arrived - began) + (seen - spoke)) * 1e3)
        await client.event("chat", runId=run_id, state="final")
    crowd = await many(app, 20)
    return {
        "chat acknowledgement": spread(acknowledged, "ms"),
        "overhead on the model's own first token": spread(overhead, "ms"),
        "first token with 20 sessions at once (model 0.2 s)": spread(crowd, "s"),
    }


async def many(app: App, count: int) -> list[float]:
    clients = [await connect(app.port, PASSWORD) for _ in range(count)]

    async def one(number: int, client: Client) -> float:
        began = time.perf_counter()
        await client.call("chat.send", sessionKey=f"crowd-{number}", message="hello", idempotencyKey=f"c{number}")
        await client.event("chat", runId=f"c{number}", state="delta")
        return time.perf_counter() - began

    return list(await asyncio.gather(*(one(number, client) for number, client in enumerate(clients))))


def text_of(delta: dict[str, object]) -> str:
    message = delta["message"]
    return str(message["content"][0]["text"])  # type: ignore[index]


def spread(values: list[float], unit: str) -> str:
    """Median, with minimum and maximum so that the noise shows."""
    digits = 2 if unit == "s" else 1
    low, middle, high = (f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{middle} {unit} ({low} to {high})"


async def measure(mode: str, environ: dict[str, str], quick: bool) -> Figures:
    raise_file_limit()
    # A warm start has compiled modules; so has the yardstick.
    for environ_of in (environ, os.environ):
        environ_of.pop("PYTHONDONTWRITEBYTECODE", None)
    async with model_server() as model_port:
        figures = await start_and_stop(mode, environ, model_port, 2 if quick else 5)
        figures |= await idle(mode, environ, model_port, 10.0 if quick else 60.0)
        figures |= await throughput(mode, environ, model_port, 1.0 if quick else 3.0)
        figures |= await beside_crowds(mode, environ, model_port, 5.0 if quick else 20.0)
    return figures


def in_mode(mode: str, quick: bool) -> Figures:
    from desktop_session import desktop_session, secret_service

    if mode == "headless":
        environ = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        with secret_service() as bus:
            return asyncio.run(measure(mode, environ | dict(bus.environ), quick))
    with desktop_session() as desktop:
        return asyncio.run(measure(mode, dict(desktop.environ), quick))


def report(columns: dict[str, Figures]) -> str:
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    header = f"| figure | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}"
    rows = [f"| {name} | {' | '.join(figures.get(name, '') for figures in columns.values())} |" for name in names]
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    when = time.strftime("%Y-%m-%d")
    return (
        f"# Figures\n\nMeasured on {when} ({machine}); median (minimum to maximum).\n\n{header}\n"
        + "\n".join(rows)
        + "\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs, not written to the file")
    parser.add_argument("--only", choices=("headless", "tray"))
    arguments = parser.parse_args()
    modes = [arguments.only] if arguments.only else ["headless", "tray"]
    text = report({mode: in_mode(mode, arguments.quick) for mode in modes})
    print(text)
    if not arguments.quick and not arguments.only:
        folder = Path(__file__).parent / "results"
        folder.mkdir(exist_ok=True)
        (folder / "figures.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
