"""The application as a process of its own, in a home folder of its own, for tests that use it as its owner does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import psutil
from desktop_session import Desktop, wait_until
from running_gateway import Client, free_port

ROOT = Path(__file__).parents[2]
# A busy computer of two cores needs many times what an idle one does.
PATIENCE = 60.0
_STRANGERS = ("CLAWDBOT_", "MOLTBOT_", "OPENCLAW_", "XDG_CONFIG", "XDG_DATA_HOME", "XDG_CACHE", "XDG_STATE")


class App:
    """One installation: its home folder, its port, and the processes that were started with them."""

    def __init__(self, environ: Mapping[str, str], home: Path) -> None:
        kept = {name: value for name, value in environ.items() if not name.startswith(_STRANGERS)}
        self.port = 0
        self.environ = {
            **{name: value for name, value in kept.items() if not name.endswith("_API_KEY")},
            "HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
        }
        self.use_port(free_port())
        self.home = home
        self.state = home / ".clawdbot"
        self.process: subprocess.Popen[bytes] | None = None
        self._all: list[subprocess.Popen[bytes]] = []
        self._log = home.parent / f"{home.name}.log"

    def use_port(self, port: int) -> None:
        """Let the gateway, and the commands that look for it, use this port."""
        self.port = port
        self.environ["CLAWDBOT_GATEWAY_PORT"] = str(port)

    @property
    def pid(self) -> int:
        """The process that `start` started last."""
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        """What the application wrote to its terminal so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def start(self, *arguments: str) -> None:
        """Start the application, or with "serve" the headless gateway."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._line(arguments), env=self.environ, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._all.append(self.process)

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self._line(arguments), env=self.environ | environ, cwd=self.home, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def popen(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command whose output is read while it runs."""
        return subprocess.Popen(
            self._line(arguments), env=self.environ, cwd=self.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def json(self, *arguments: str, **environ: str) -> dict[str, object]:
        """What a command prints as JSON; its failure fails the test."""
        done = self.run(*arguments, **environ)
        assert done.returncode == 0, f"{arguments}: {done.stderr}\n{self.log}"
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    def wait_for_gateway(self) -> None:
        """Return when the gateway answers."""
        wait_until(self._answers, f"the gateway; it wrote:\n{self.log}", patience=PATIENCE)

    def wait_for_log(self, text: str) -> None:
        """Return when the application has written the text to its terminal."""
        wait_until(lambda: text in self.log, f"{text!r} in:\n{self.log}", patience=PATIENCE)

    def end(self, kind: signal.Signals = signal.SIGTERM) -> tuple[float, int]:
        """Send the signal and wait; returns how long it took in seconds, and the exit code."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(kind)
        code = self.process.wait(PATIENCE)
        return time.monotonic() - began, code

    def wait(self) -> int:
        """The exit code of a process that ends by itself."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def tree(self) -> list[psutil.Process]:
        """The process and all that it started."""
        parent = psutil.Process(self.pid)
        return [parent, *parent.children(recursive=True)]

    def transcript(self) -> list[dict[str, object]]:
        """The messages of all conversations on the disk, oldest first."""
        lines: list[dict[str, object]] = []
        for file in sorted(self.state.glob("agents/*/sessions/*.jsonl")):
            lines += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return [line["message"] for line in lines if line.get("type") == "message"]  # type: ignore[misc]

    def said(self, role: str) -> list[str]:
        """The texts of that role ("user", "assistant") on the disk."""
        return [_text(message) for message in self.transcript() if message["role"] == role]

    @asynccontextmanager
    async def client(self, password: str) -> AsyncIterator[Client]:
        """A WebSocket client that knows nothing but the protocol."""
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"ws://127.0.0.1:{self.port}", max_msg_size=0) as socket,
        ):
            client = Client(socket)
            await client.connect(auth={"password": password})
            yield client

    def history(self, password: str, session: str = "main") -> list[str]:
        """The texts that chat.history gives a client, oldest first."""

        async def ask() -> list[str]:
            async with self.client(password) as client:
                answer = await client.call("chat.history", sessionKey=session)
                return [_text(message) for message in answer["messages"]]  # type: ignore[attr-defined]

        return asyncio.run(ask())

    def kill_all(self) -> None:
        """End what still runs, with its children."""
        for process in self._all:
            if process.poll() is None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    for child in psutil.Process(process.pid).children(recursive=True):
                        child.kill()
                process.kill()
                process.wait(PATIENCE)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.log}"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
            return True
        return False

    @staticmethod
    def _line(arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "clawd_desktop", *arguments]


@contextmanager
def app_on(desktop: Desktop, home: Path) -> Iterator[App]:
    """The application on that desktop; nothing of it runs afterwards."""
    with _ended(App(desktop.environ, home)) as app:
        yield app


@contextmanager
def headless_app(home: Path, environ: Mapping[str, str] | None = None) -> Iterator[App]:
    """The application where there is no screen and, unless `environ` names one, no bus and no keyring."""
    strangers = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
    own = {name: value for name, value in os.environ.items() if name not in strangers}
    with _ended(App(own if environ is None else environ, home)) as app:
        yield app


@contextmanager
def _ended(app: App) -> Iterator[App]:
    try:
        yield app
    except Exception as error:
        code = app.process and app.process.poll()
        # What the application said of it is gone with its home.
        error.add_note(
            f"The application {'still ran' if code is None else f'had ended with {code}'}:\n{app.log[-5000:]}"
        )
        raise
    finally:
        app.kill_all()


def _text(message: Mapping[str, object]) -> str:
    content = message["content"]
    if isinstance(content, str):
        return content
    assert isinstance(content, list)
    return "".join(part.get("text", "") for part in content)
