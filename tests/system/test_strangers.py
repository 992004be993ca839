"""Whose port it is decides whether our password is shown there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from clawd_desktop.system.strangers import _spellings, stranger_calling, stranger_on, users_answering

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a port is")
AS_NOBODY = """
import os, socket
os.setuid(65534)
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1], flush=True)
input()
"""


@contextlib.contextmanager
def port_of_nobody() -> Iterator[int]:
    child = subprocess.Popen(
        [sys.executable, "-c", AS_NOBODY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    try:
        yield int(child.stdout.readline())
    finally:
        child.communicate("\n")


@pytest.mark.skipif(sys.byteorder != "little", reason="the rows are those of a little-endian computer")
def test_only_who_would_be_reached_answers() -> None:
    rest = "00000000:0000 0A 00000000:00000000 00:00000000 00000000"
    rows = [
        f"   0: 0100007F:1538 {rest}  101        0 1",
        f"   1: 00000000:1538 {rest}  102        0 1",
        f"   2: 00000000000000000000000001000000:1538 {rest}  103        0 1",
        f"   3: 0000000000000000FFFF00000100007F:1538 {rest}  104        0 1",
        f"   4: 0200007F:1538 {rest}  105        0 1",
        f"   5: 0100007F:1539 {rest}  106        0 1",
        f"   6: 0100007F:1538 {rest.replace(' 0A ', ' 01 ')}  107        0 1",
        "garbage",
    ]
    assert users_answering(rows, 0x1538) == {101, 102, 103, 104}


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
async def test_a_port_of_our_own_has_no_stranger(family: socket.AddressFamily, host: str) -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), host, 0, family=family)
    async with server:
        assert await stranger_on(server.sockets[0].getsockname()[1]) == ""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be somebody else")
async def test_a_port_of_another_user_is_a_strangers() -> None:
    with port_of_nobody() as port:
        assert await stranger_on(port) in ("nobody", "65534")


CALL_AS_NOBODY = """
import os, socket, sys
os.setuid(65534)
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
s.connect((sys.argv[1], int(sys.argv[2])))
print("called", flush=True)
input()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_caller_of_another_user_is_named_and_our_own_is_not(host: str) -> None:
    calls: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
    ends: list[asyncio.StreamWriter] = []

    def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append(writer)
        calls.put_nowait(writer.get_extra_info("peername")[:2])

    async with await asyncio.start_server(called, host, 0) as server:
        port = server.sockets[0].getsockname()[1]
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CALL_AS_NOBODY, host, str(port), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        await child.stdout.readline()
        assert await stranger_calling(*await calls.get()) == "nobody"
        await child.communicate(b"\n")
        _, writer = await asyncio.open_connection(host, port)
        assert await stranger_calling(*await calls.get()) == ""
        assert await stranger_calling("192.0.2.1", 9) == ""
        assert await stranger_calling("no address", 9) == ""
        for end in (writer, *ends):
            end.close()
            await end.wait_closed()


def test_a_call_through_a_mapped_address_is_found_under_both_names() -> None:
    assert {"127.0.0.1", "::ffff:127.0.0.1"} == set(_spellings("127.0.0.1")) == set(_spellings("::ffff:127.0.0.1"))
