"""One program per state folder, whatever happened to the one before."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from clawd_desktop.core.errors import BadInput, Refused, StorageFault, Unavailable
from clawd_desktop.core.values import JsonObject
from clawd_desktop.system.control_channel import Endpoint, TokenEndpoint, UnixEndpoint, socket_path
from clawd_desktop.system.single_instance import Instance

DOORS = pytest.mark.parametrize("door", [UnixEndpoint, TokenEndpoint])
MakeDoor = Callable[[Path], Endpoint]
OWNER = """
import asyncio, sys
from pathlib import Path
from clawd_desktop.system.single_instance import Instance

async def handle(request):
    return {"ok": True, "got": request}

async def main():
    folder = Path(sys.argv[1])
    owner = Instance(folder / "state", folder / "run", handle)
    print(await owner.acquire(), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def echo(request: JsonObject) -> JsonObject:
    return {"ok": True, "got": request}


def make(folder: Path, door: MakeDoor = UnixEndpoint, timeout: float = 20.0) -> Instance:
    return Instance(folder / "state", folder / "run", echo, door=door(folder / "run"), timeout=timeout)


@contextlib.asynccontextmanager
async def owned(folder: Path, door: MakeDoor = UnixEndpoint, timeout: float = 20.0) -> AsyncIterator[Instance]:
    owner = make(folder, door, timeout)
    assert await owner.acquire()
    try:
        yield owner
    finally:
        await owner.release()


@contextlib.contextmanager
def other_process(folder: Path):  # type: ignore[no-untyped-def]
    child = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    try:
        assert child.stdout.readline() == "True\n"
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


@DOORS
async def test_the_second_hands_over_and_the_third_owns_after_release(tmp_path: Path, door: MakeDoor) -> None:
    async with owned(tmp_path, door):
        second = make(tmp_path, door)
        assert not await second.acquire()
        assert second.owner_pid == os.getpid()
        answer = await second.hand_over({"do": "show", "page": "chat", "token": "t"})
        assert answer == {"ok": True, "got": {"do": "show", "page": "chat", "token": "t"}}
        assert await second.hand_over({"do": "ping"}) == {"ok": True}
    assert list((tmp_path / "run").iterdir()) == []
    async with owned(tmp_path, door):
        pass


async def test_what_the_owner_refuses_is_said_to_the_second(tmp_path: Path) -> None:
    async def refuse(request: JsonObject) -> JsonObject:
        raise BadInput("There is no page moon.", hint="Try chat.")

    owner = Instance(tmp_path / "state", tmp_path / "run", refuse)
    assert await owner.acquire()
    with pytest.raises(Unavailable) as caught:
        await make(tmp_path).hand_over({"do": "show", "page": "moon"})
    assert caught.value.sentence() == "There is no page moon. Try chat."
    await owner.release()


async def test_what_a_killed_owner_left_is_taken_over(tmp_path: Path) -> None:
    with other_process(tmp_path) as child:
        second = make(tmp_path)
        assert not await second.acquire()
        assert second.owner_pid == child.pid
        child.kill()
        child.wait()
    assert (tmp_path / "run/control.sock").exists()
    async with owned(tmp_path):
        assert await make(tmp_path).hand_over({"do": "ping"}) == {"ok": True}


async def test_a_stopped_owner_is_named_in_time(tmp_path: Path) -> None:
    with other_process(tmp_path) as child:
        second = make(tmp_path, timeout=0.3)
        assert not await second.acquire()
        child.send_signal(signal.SIGSTOP)
        with pytest.raises(Unavailable) as caught:
            await second.hand_over({"do": "quit"})
        assert f"pid {child.pid}" in caught.value.message
        assert f"kill {child.pid}" in caught.value.hint
        child.send_signal(signal.SIGCONT)
        assert (await make(tmp_path, timeout=20).hand_over({"do": "quit"}))["got"] == {"do": "quit"}


async def test_an_owner_that_does_not_listen_yet_is_waited_for(tmp_path: Path) -> None:
    waiting = asyncio.gather(make(tmp_path).hand_over({"do": "ping"}))
    await asyncio.sleep(0)
    async with owned(tmp_path):
        assert await waiting == [{"ok": True}]


@DOORS
@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"nonsense\n", b"[1]\n", b'{"do":"ping"', b"x" * 9000, b"[" * 8000 + b"\n", b"\xff\xfe\n"],
    ids=["nothing", "empty", "words", "array", "half", "long", "deep", "bytes"],
)
async def test_nonsense_gets_no_answer_and_hurts_nobody(tmp_path: Path, door: MakeDoor, line: bytes) -> None:
    async with owned(tmp_path, door):
        reader, writer = await door(tmp_path / "run").connect()
        writer.write(line)
        writer.write_eof()
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert await make(tmp_path, door).hand_over({"do": "ping"}) == {"ok": True}


async def test_a_caller_that_says_nothing_is_dropped(tmp_path: Path) -> None:
    async with owned(tmp_path, timeout=0.1):
        reader, writer = await UnixEndpoint(tmp_path / "run").connect()
        started = time.monotonic()
        assert await reader.read() == b""
        assert time.monotonic() - started < 2
        writer.close()


async def test_a_caller_without_the_key_is_refused(tmp_path: Path) -> None:
    async with owned(tmp_path, TokenEndpoint):
        door = TokenEndpoint(tmp_path / "run")
        reader, writer = await door.connect()
        writer.write(json.dumps({"do": "quit", "key": "0" * 64}).encode() + b"\n")
        assert json.loads(await reader.readline())["ok"] is False
        writer.close()
        assert (tmp_path / "run/control.json").stat().st_mode & 0o077 == 0


async def test_too_long_a_request_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    async with owned(tmp_path):
        with pytest.raises(Unavailable):
            await make(tmp_path).hand_over({"do": "show", "page": "x" * 9000})


async def test_a_long_folder_name_still_has_a_door(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / ("name" * 20)
    folder.mkdir(parents=True)
    path = socket_path(folder / "run")
    assert len(os.fsencode(path)) <= 103
    async with owned(folder):
        assert await make(folder).hand_over({"do": "ping"}) == {"ok": True}
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()


async def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(StorageFault) as caught:
        await make(tmp_path).acquire()
    assert str(tmp_path / "state") in caught.value.message


async def test_a_run_folder_of_somebody_else_is_refused_and_the_lock_is_given_back(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        await make(tmp_path).acquire()
    (tmp_path / "run").unlink()
    async with owned(tmp_path):
        pass


async def test_many_starts_at_once_have_one_winner(tmp_path: Path) -> None:
    starts = [make(tmp_path) for _ in range(20)]
    won = await asyncio.gather(*(start.acquire() for start in starts))
    assert won.count(True) == 1
    losers = [start for start, first in zip(starts, won, strict=True) if not first]
    answers = await asyncio.gather(*(loser.hand_over({"do": "ping"}) for loser in losers))
    assert answers == [{"ok": True}] * 19
    for start in starts:
        await start.release()


async def test_release_twice_is_fine(tmp_path: Path) -> None:
    owner = make(tmp_path)
    assert await owner.acquire()
    await owner.release()
    await owner.release()
