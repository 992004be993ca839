"""Installs foreign clients once, and runs them as a person would: from a fresh home, knowing only port and password."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from appdirs import user_cache_dir
from running_gateway import PASSWORD

HERE = Path(__file__).parent
PINS = ("package.json", "package-lock.json")
INSTALL = (
    "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error",
    "--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000",
)  # fmt: skip
INSTALL_S = 600
READY = "ready"
# What npm says where the packages cannot be had; everything else is a fault of the pins.
OUT_OF_REACH = (
    "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH",
    "SOCKET_TIMEOUT", "_CERT", "E401", "E403", "E404", "E407", "E429", "E500", "E502", "E503", "E504", "ENOSPC",
)  # fmt: skip
OLDEST_NODE = (22, 12)
CALL_S = 90.0
_ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()=>][0-9A-B]?")


class Missing(Exception):
    """The clients cannot be had here; the text says why."""


def install() -> tuple[Path, Path]:
    """The folder with the pinned packages and a Node that runs them; raises Missing where they cannot be had."""
    pins = [(HERE / name).read_bytes() for name in PINS]
    cache = Path(user_cache_dir("clawd-desktop-interop"))
    root = cache / hashlib.sha256(b"\0".join(pins)).hexdigest()[:16]
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / READY).exists():
            _install(root)
            _warm_up(root, _node(root))
            (root / READY).touch()
    return root, _node(root)


def _install(root: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("npm is not installed")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for name in PINS:
        shutil.copy(HERE / name, root)
    done = subprocess.run([npm, *INSTALL], cwd=root, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    if done.returncode and any(word in done.stderr for word in OUT_OF_REACH):
        raise Missing(f"npm cannot get the foreign clients: {' '.join(done.stderr.splitlines()[:2])}")
    assert done.returncode == 0, done.stderr


def _warm_up(root: Path, node: Path) -> None:
    """Let Clawdbot compile its plugins once, which takes half a minute; each call would otherwise do it."""
    home = root / "home"
    home.mkdir()
    command = [node, _clawdbot(root), "plugins", "list", "--json"]
    subprocess.run(command, cwd=home, env=_environ(root, home), capture_output=True, timeout=INSTALL_S, check=True)


def _clawdbot(root: Path) -> str:
    return str(root / "node_modules" / "clawdbot" / "dist" / "entry.js")


def _environ(root: Path, home: Path) -> dict[str, str]:
    """Variables that name nothing of the person who runs the tests."""
    temporary = root / "tmp"
    temporary.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        # Both keep what was compiled.
        "TMPDIR": str(temporary),
        "NODE_COMPILE_CACHE": str(temporary / "compiled"),
        "NO_COLOR": "1",
        "TERM": "xterm-256color",
        "CLAWDBOT_STATE_DIR": str(home / "state"),
        "CLAWDBOT_CONFIG_PATH": str(home / "state" / "clawdbot.json"),
    }


def _node(root: Path) -> Path:
    """The Node that came with the packages, else the system's when it is new enough."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    own = root / "node_modules" / f"node-{sys.platform}-{machine}" / "bin" / "node"
    if own.exists():
        return own
    installed = shutil.which("node")
    if installed is None:
        raise Missing("Node is not installed")
    said = subprocess.run([installed, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    if tuple(int(part) for part in said.strip().removeprefix("v").split(".")[:2]) < OLDEST_NODE:
        raise Missing(f"Node {said.strip()} is too old; the clients need {'.'.join(map(str, OLDEST_NODE))}")
    return Path(installed)


@dataclass(frozen=True)
class Said:
    """What a program printed and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> object:
        """The printed JSON of a program that succeeded."""
        assert self.code == 0, self.err or self.out
        return json.loads(self.out)


class Terminal:
    """A program in a terminal of 120 columns and 40 lines."""

    def __init__(self, master: int, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._master = master
        self._raw = b""
        self._more = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    @property
    def text(self) -> str:
        """Everything that was printed, without escape sequences."""
        return _ESCAPES.sub(b"", self._raw).decode(errors="replace")

    async def shows(self, words: str) -> None:
        """Wait until the words were printed since the last keys were typed."""
        try:
            async with asyncio.timeout(CALL_S):
                while words not in self.text:
                    self._more.clear()
                    await self._more.wait()
        except TimeoutError:
            raise AssertionError(f"{words!r} was not shown:\n{self.text[-4000:]}") from None

    def type(self, keys: str) -> None:
        """Press keys; what was shown before is forgotten."""
        self._raw = b""
        os.write(self._master, keys.encode())

    def close(self) -> None:
        """Take the terminal away."""
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)

    def _read(self) -> None:
        # Nothing, or on Linux an error, says that the program has closed its side.
        data = b""
        with contextlib.suppress(OSError):
            data = os.read(self._master, 65536)
        if not data:
            asyncio.get_running_loop().remove_reader(self._master)
        self._raw += data
        self._more.set()


class ForeignClients:
    """The installed packages, with a home for them under `homes`."""

    def __init__(self, root: Path, node: Path, homes: Path) -> None:
        self._root = root
        self._node = str(node)
        self._homes = homes

    async def clawdbot(self, port: int, *arguments: str, password: str = PASSWORD) -> Said:
        """Clawdbot's command line, as it comes from its package."""
        return await self._run(port, _clawdbot(self._root), *arguments, password=password)

    async def script(self, port: int, name: str, *arguments: str) -> Said:
        """A script beside this file that uses the packages' own modules; its first argument is where they lie."""
        return await self._run(port, str(HERE / name), str(self._root), str(port), *arguments, password=PASSWORD)

    @asynccontextmanager
    async def terminal(self, port: int, *arguments: str) -> AsyncIterator[Terminal]:
        """Clawdbot's command line in a terminal."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        process = await asyncio.create_subprocess_exec(
            self._node, _clawdbot(self._root), *arguments,
            stdin=slave, stdout=slave, stderr=slave, **self._place(port, PASSWORD),
        )  # fmt: skip
        os.close(slave)
        terminal = Terminal(master, process)
        try:
            yield terminal
        finally:
            await _end(process)
            terminal.close()

    @asynccontextmanager
    async def pipe(
        self, port: int, *arguments: str, seconds: float = CALL_S
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Clawdbot's command line, to be written to and read from for at most so many seconds."""
        process = await asyncio.create_subprocess_exec(
            self._node, _clawdbot(self._root), *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            **self._place(port, PASSWORD),
        )  # fmt: skip
        try:
            async with asyncio.timeout(seconds):
                yield process
        finally:
            await _end(process)

    async def _run(self, port: int, *command: str, password: str) -> Said:
        process = await asyncio.create_subprocess_exec(
            self._node, *command,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            **self._place(port, password),
        )  # fmt: skip
        try:
            async with asyncio.timeout(CALL_S):
                out, err = await process.communicate()
        finally:
            await _end(process)
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())

    def _place(self, port: int, password: str) -> dict[str, object]:
        """A folder that no client has been in, variables that name nothing else, and a group of processes to end."""
        home = self._homes / uuid.uuid4().hex
        (home / "state").mkdir(parents=True)
        gateway = {"CLAWDBOT_GATEWAY_PORT": str(port), "CLAWDBOT_GATEWAY_PASSWORD": password}
        return {"cwd": home, "env": _environ(self._root, home) | gateway, "start_new_session": True}


async def _end(process: asyncio.subprocess.Process) -> None:
    """Also what it started itself: Clawdbot's command line runs in a child of its first process."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
