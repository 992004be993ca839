"""The door knows its caller on every loop, and its path fits the system."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from clawd_desktop.core.errors import Refused
from clawd_desktop.system import control_channel
from clawd_desktop.system.control_channel import MAX_PATH, UnixEndpoint, check_private, peer_uid, socket_path


@pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_the_kernel_names_the_caller(tmp_path: Path, factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def call() -> int | None:
        seen: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.set_result(peer_uid(writer))
            writer.close()

        door = UnixEndpoint(tmp_path / "run")
        server = await door.listen(connected)
        _, writer = await door.connect()
        uid = await seen
        writer.close()
        server.close()
        await server.wait_closed()
        return uid

    with asyncio.Runner(loop_factory=factory) as runner:
        assert runner.run(call()) == os.getuid()


@pytest.mark.parametrize("length", [1, 80, 90, 91, 200, 4000])
def test_every_path_fits_and_is_the_same_each_time(length: int) -> None:
    folder = Path("/" + "x" * length)
    assert len(os.fsencode(socket_path(folder))) <= MAX_PATH
    assert socket_path(folder) == socket_path(folder)


def test_two_long_folders_have_two_sockets_and_two_users_two_folders() -> None:
    one, two = Path("/" + "x" * 200), Path("/" + "y" * 200)
    assert socket_path(one) != socket_path(two)
    assert socket_path(one, uid=1).parent != socket_path(one, uid=2).parent


def test_an_open_folder_of_ours_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    check_private(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "run").symlink_to(tmp_path)
    with pytest.raises(Refused):
        check_private(tmp_path / "run")


@pytest.mark.parametrize(("caller", "admitted"), [(0, True), (os.getuid(), True), (os.getuid() + 4711, False)])
async def test_nobody_but_the_same_user_and_root_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caller: int, admitted: bool
) -> None:
    monkeypatch.setattr(control_channel, "peer_uid", lambda writer: caller)
    door = UnixEndpoint(tmp_path / "run")
    server = await door.listen(lambda reader, writer: answered(door, writer))
    reader, writer = await door.connect()
    assert await reader.read() == (b"in" if admitted else b"out")
    writer.close()
    server.close()


async def answered(door: UnixEndpoint, writer: asyncio.StreamWriter) -> None:
    writer.write(b"in" if door.admit({}, writer) else b"out")
    writer.close()
