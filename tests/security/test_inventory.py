"""Every socket on which the application's processes listen is known, stays on this computer and asks who is there."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from desktop_session import desktop_session, wait_until
from e2e.app_process import App, app_on, headless_app
from gateway_rig import connect_params, http
from running_gateway import PASSWORD
from security.whole_gateway import line_to

from clawd_desktop.models import local

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the sockets of a process with their kinds"),
    pytest.mark.timeout(180),
]
ACCEPTS = 0x10000  # __SO_ACCEPTCON in the flags of /proc/net/unix
LOOPBACK = ("127.0.0.1", "::1")
CONTROL, MODEL, GATEWAY = "the local door", "llama.cpp's own server", "the gateway"


@dataclass(frozen=True)
class Listening:
    """A socket that waits for others: kind "tcp", "udp" or "unix", and its address as the kernel tells it."""

    kind: str
    address: str
    port: int
    program: str


def listening(processes: list[psutil.Process]) -> set[Listening]:
    """All of them in these processes; abstract Unix sockets have an "@" in front."""
    found = set()
    for process in processes:
        if not process.is_running():
            continue
        words = " ".join(process.cmdline())
        program = "model" if "local_worker" in words else "application" if "clawd_desktop" in words else words
        for one in process.net_connections("inet"):
            tcp = one.type == socket.SOCK_STREAM
            if (tcp and one.status == psutil.CONN_LISTEN) or (not tcp and not one.raddr):
                found.add(Listening("tcp" if tcp else "udp", one.laddr.ip, one.laddr.port, program))
        found |= {Listening("unix", address, 0, program) for address in unix_of(process.pid)}
    return found


def unix_of(pid: int) -> Iterator[str]:
    """The addresses of the Unix sockets on which the process accepts (proc_net_unix.txt, unix(7))."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    for row in Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]:
        fields = row.split(maxsplit=7)
        if fields[6] in inodes and int(fields[3], 16) & ACCEPTS:
            yield fields[7] if len(fields) > 7 else "(no name)"


def door_of(app: App) -> Path:
    """The socket file through which later starts speak with the first."""
    runtime = app.environ.get("XDG_RUNTIME_DIR")
    return (Path(runtime) / "clawd-desktop" if runtime else app.state / "run") / "control.sock"


def name_of(one: Listening, app: App) -> str:
    """Which of the sockets that we know it is, "" for none."""
    if one.kind == "tcp" and one.port == app.port and one.program == "application" and one.address in LOOPBACK:
        return GATEWAY
    if one.kind == "unix" and one.address == str(door_of(app)) and one.program == "application":
        return CONTROL
    if one.kind == "unix" and one.address == "model.sock" and one.program == "model":
        return MODEL
    return ""


def check_all(app: App, expected: set[str]) -> None:
    """Everything that listens is known, and everything that is expected listens."""
    found = listening(app.tree())
    unknown = [one for one in found if not name_of(one, app)]
    assert not unknown, f"nobody knows these: {unknown}"
    assert {name_of(one, app) for one in found} == expected


async def ask_without_credentials(app: App) -> None:
    for address in LOOPBACK:
        host = f"[{address}]" if ":" in address else address
        for verb, path in (("POST", "/tools/invoke"), ("POST", "/v1/chat/completions"), ("POST", "/hooks/agent")):
            head = f"{verb} {path} HTTP/1.1\nHost: {host}:{{port}}\nContent-Type: application/json\n"
            assert (await http(app.port, head + "Content-Length: 2\n\n{}", host=address))[0] in (401, 404), path
        for path in ("/", "/v1/realtime"):
            line = await line_to(app.port, address=address, path=path)
            assert (await line.receive())["event"] == "connect.challenge"
            assert not (await line.request("connect", connect_params(auth=None)))["ok"]
            assert (await line.closed()).code == 1008
            line.leave()


AS_NOBODY = """
import os, socket, sys
os.setgroups([]); os.setgid(65534); os.setuid(65534)
line = socket.socket(socket.AF_UNIX)
try:
    line.connect(sys.argv[1])
    line.sendall(b'{"do": "status"}\\n')
    print(line.recv(100))
except OSError as error:
    print(type(error).__name__)
"""


def knock_as_nobody(app: App) -> None:
    """Another user of this computer gets nothing out of the local door, not even when its folder is open."""
    if os.geteuid() != 0:
        return
    door = door_of(app)
    opened = [folder for folder in (door, *door.parents) if not folder.stat().st_mode & 0o005 and folder != Path("/")]
    said = subprocess.run([sys.executable, "-c", AS_NOBODY, str(door)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "PermissionError"
    before = {folder: folder.stat().st_mode for folder in opened}
    try:
        for folder in opened:
            folder.chmod(0o777)
        said = subprocess.run([sys.executable, "-c", AS_NOBODY, str(door)], capture_output=True, text=True, check=True)
    finally:
        for folder, mode in before.items():
            folder.chmod(mode)
    assert "desktop" not in said.stdout, "the kernel says who calls"


@contextmanager
def answering(app: App) -> Iterator[App]:
    app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
    yield app
    assert app.end()[1] == 0
    assert "Traceback" not in app.log


async def test_a_headless_gateway_listens_where_it_should(home: Path) -> None:
    with headless_app(home) as app, answering(app):
        app.start("serve")
        app.wait_for_gateway()
        check_all(app, {GATEWAY, CONTROL})
        await ask_without_credentials(app)
        knock_as_nobody(app)
        if local.installed():
            said = app.run("chat", "What is 2+2?")
            assert said.returncode == 0, said.stderr
            check_all(app, {GATEWAY, CONTROL, MODEL})
            children = [process for process in app.tree() if "local_worker" in " ".join(process.cmdline())]
            assert len(children) == 1
            where = Path(os.readlink(f"/proc/{children[0].pid}/cwd")) / "model.sock"
            assert not where.exists(), "its name is gone, and without one nobody can connect"


KEPT = """
import os, shutil, sys, tempfile
sys.argv = ["x"]
class Kept:
    def __init__(self, prefix): self.name = tempfile.mkdtemp(prefix=prefix)
    def __enter__(self): return self.name
    def __exit__(self, *gone): pass
tempfile.TemporaryDirectory = Kept
from clawd_desktop.models import local, local_worker
kept = local_worker.load(str(local.model_file()), 512, 1)
found = [name for name in os.listdir(tempfile.gettempdir()) if name.startswith("clawd-model-")]
print(os.path.join(tempfile.gettempdir(), found[0], "model.sock"), flush=True)
sys.stdin.read()
os._exit(0)
"""


@pytest.mark.skipif(not local.installed(), reason="the embedded model is not installed")
def test_even_who_could_reach_the_models_own_server_needs_its_key(tmp_path: Path) -> None:
    environ = os.environ | {"TMPDIR": "/tmp", "PYTHONPATH": os.pathsep.join(sys.path)}
    folder = tmp_path if len(str(tmp_path)) < 60 else Path("/tmp") / f"clawd-inventory-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KEPT)], env=environ | {"TMPDIR": str(folder)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        path = child.stdout.readline().strip()
        assert path.endswith("model.sock")
        for verb, where, key, status in (
            ("POST", "/v1/chat/completions", "", 401),
            ("POST", "/completion", "", 401),
            ("POST", "/v1/chat/completions", "Authorization: Bearer x\r\n", 401),
            ("POST", "/v1/embeddings", "X-Api-Key: x\r\n", 401),
            ("GET", "/slots", "", 401),
            ("GET", "/props", "", 401),
        ):
            body = json.dumps({"messages": [{"role": "user", "content": "hi"}], "prompt": "hi", "max_tokens": 1})
            head = f"{verb} {where} HTTP/1.1\r\nHost: x\r\n{key}Content-Type: application/json\r\n"
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(20)
                line.connect(path)
                line.sendall(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
                assert line.recv(100).startswith(f"HTTP/1.1 {status}".encode()), where
    finally:
        child.communicate("")
        for file in sorted(folder.rglob("clawd-model-*/*")):
            file.unlink()
        for made in folder.glob("clawd-model-*"):
            made.rmdir()
        if folder != tmp_path:
            folder.rmdir()


@pytest.mark.desktop
@pytest.mark.qt
async def test_the_application_with_a_screen_listens_where_it_should(home: Path) -> None:
    with desktop_session(tray=False, notify=False) as desktop, app_on(desktop, home) as app, answering(app):
        app.start("--show", "chat")
        app.wait_for_gateway()
        desktop.wait_for_window("^Chat")
        wait_until(lambda: any(one.kind == "unix" for one in listening(app.tree())), "the local door")
        check_all(app, {GATEWAY, CONTROL})
        await ask_without_credentials(app)


PARENT = "import subprocess, sys; subprocess.call(sys.argv[1:])"
CHILD = """
import socket, sys
kept = [socket.create_server(("0.0.0.0", 0)), socket.create_server(("::1", 0), family=socket.AF_INET6)]
kept += [socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)]
kept[2].bind(("127.0.0.1", 0)); kept[3].bind(sys.argv[1] + "/s"); kept[4].bind("\\0abstract-x")
kept[3].listen(); kept[4].listen()
print("ready", flush=True)
sys.stdin.read()
"""


def test_the_inventory_sees_each_kind_of_socket(tmp_path: Path) -> None:
    """What it is made for: an unknown socket of any kind, a child's too, is found."""
    child = subprocess.Popen(
        [sys.executable, "-c", PARENT, sys.executable, "-c", CHILD, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        parent = psutil.Process(child.pid)
        found = {(one.kind, one.address) for one in listening([parent, *parent.children(recursive=True)])}
    finally:
        child.communicate("")
    assert found == {
        ("tcp", "0.0.0.0"), ("tcp", "::1"), ("udp", "127.0.0.1"), ("unix", str(tmp_path / "s")),
        ("unix", "@abstract-x"),
    }  # fmt: skip
