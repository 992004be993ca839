"""Ports have owners with names."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clawd_desktop.system.processes import (
    PortOwner,
    gateway_name,
    port_owner,
    user_id_of_port,
)

LISTEN = """
import socket
s = socket.socket({family})
s.bind(('{host}', 0))
s.listen()
print(s.getsockname()[1], flush=True)
input()
"""


@contextlib.contextmanager
def listener(*arguments: str) -> Iterator[tuple[int, int]]:
    child = subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert child.stdout
    try:
        yield child.pid, int(child.stdout.readline())
    finally:
        child.communicate("\n")


@pytest.mark.parametrize(("family", "host"), [("socket.AF_INET", "127.0.0.1"), ("socket.AF_INET6", "::1")])
async def test_the_owner_of_a_port_is_named(family: str, host: str) -> None:
    with listener("-c", LISTEN.format(family=family, host=host)) as (pid, port):
        owner = await port_owner(port)
    assert owner
    assert owner.pid == pid
    assert owner.program.startswith("python")
    assert owner.gateway == ""
    assert str(pid) in owner.sentence()


async def test_a_gateway_on_the_port_is_recognised(tmp_path: Path) -> None:
    script = tmp_path / "clawdbot.py"
    script.write_text(LISTEN.format(family="socket.AF_INET", host="127.0.0.1"))
    with listener(str(script)) as (_, port):
        owner = await port_owner(port)
    assert owner
    assert owner.gateway == "clawdbot"


async def test_a_free_port_has_no_owner() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert await port_owner(port) is None


@pytest.mark.parametrize(
    ("arguments", "gateway"),
    [
        (["node", "/usr/lib/node_modules/clawdbot/dist/entry.js", "gateway"], "clawdbot"),
        (["/usr/bin/node", "--enable-source-maps", "/opt/openclaw/openclaw.mjs"], "openclaw"),
        (["/home/me/.venv/bin/python", "-m", "clawd_desktop", "serve"], "clawd-desktop"),
        (["clawdbot-gateway"], "clawdbot"),
        (["MOLTBOT.EXE"], "moltbot"),
        (["vim", "/home/me/.clawdbot/clawdbot.json"], ""),
        (["nginx"], ""),
        ([], ""),
        (["-bash"], ""),
    ],
)
def test_gateways_are_recognised_by_what_they_run(arguments: list[str], gateway: str) -> None:
    assert gateway_name(arguments) == gateway


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        (PortOwner(7, "node", "me", "clawdbot"), "node (clawdbot), pid 7"),
        (PortOwner(7, "clawdbot", "me", "clawdbot"), "clawdbot, pid 7"),
        (PortOwner(None, "", "postgres"), "a program of user postgres"),
        (PortOwner(None, ""), "another program"),
    ],
)
def test_owners_are_said_in_words(owner: PortOwner, sentence: str) -> None:
    assert owner.sentence() == sentence


def test_the_user_of_a_port_is_read_from_the_kernels_table() -> None:
    rows = [
        "   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   113        0 23481 1 0 100 0 0",
        "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 99 1 0 20 4 30",
        "garbage",
    ]
    assert user_id_of_port(rows, 0x1538) == 113
    assert user_id_of_port(rows, 0x1F90) is None
