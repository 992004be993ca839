"""G01: whatever moment the power goes at, each acknowledged change is there and nothing is half done."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from fault_disk import FaultDisk, Image, fault_disk, lay_out

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.messages import user_message
from clawd_desktop.storage.sessions import SessionStore

KEY = "agent:main:main"
Step = Callable[[SessionStore], Awaitable[object]]


def store_in(folder: Path) -> SessionStore:
    return SessionStore(folder, ManualClock(), EventBus(), "test")


def say(text: str) -> Step:
    return lambda store: store.append(KEY, user_message(text, now_ms=1))


async def texts(store: SessionStore, key: str = KEY) -> list[str]:
    stretch = await store.read(key, 1000)
    return [message["content"][0]["text"] for _, message in stretch.messages]  # type: ignore[index,call-overload]


async def record(folder: Path, steps: list[Step]) -> FaultDisk:
    with fault_disk(folder) as disk:
        store = store_in(folder)
        await store.open()
        for step in steps:
            await step(store)
            disk.acknowledge()
        await store.close()
    return disk


async def reopened(image: Image, folder: Path, check: Callable[[SessionStore], Awaitable[None]]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    lay_out(image, folder)
    store = store_in(folder)
    await store.open()
    await check(store)
    await store.append(KEY, user_message("goes on", now_ms=2))
    assert (await texts(store))[-1] == "goes on"
    await store.close()


SAID = [f"message {number} " + "x" * 50 for number in range(8)]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


async def test_g01_append(state: Path, tmp_path: Path) -> None:
    disk = await record(state, [say(text) for text in SAID])
    states = list(disk.images())
    assert len(states) > 60
    for promised, image in states:

        async def check(store: SessionStore, promised: int = promised) -> None:
            found = await texts(store)
            assert found == SAID[: len(found)]
            assert len(found) >= promised

        await reopened(image, tmp_path / "after", check)


async def test_g01_torn_bytes_are_set_aside_not_dropped(state: Path, tmp_path: Path) -> None:
    disk = await record(state, [say(text) for text in SAID])
    for _, image in disk.images():
        after = tmp_path / "after"

        async def check(store: SessionStore) -> None:
            return None

        await reopened(image, after, check)
        transcripts = {name: data for name, data in image.items() if name.endswith(".jsonl")}
        for name, data in transcripts.items():
            kept = b"".join(path.read_bytes() for path in sorted(after.glob(f"{name}*")))
            torn = data.rpartition(b"\n")[2]
            assert torn in kept
            assert data.removesuffix(torn) in kept


async def test_g01_update(state: Path, tmp_path: Path) -> None:
    labels = ["one", "two", "three"]
    disk = await record(
        state, [say("hello"), *(lambda store, label=label: store.update(KEY, {"label": label}) for label in labels)]
    )
    for promised, image in disk.images():

        async def check(store: SessionStore, promised: int = promised) -> None:
            entry = store.entry(KEY)
            label = entry.label if entry else ""
            possible = ["", *labels]
            assert label in possible[max(0, promised - 1) : promised + 1]
            assert await texts(store) == ["hello"] or promised == 0

        await reopened(image, tmp_path / "after", check)


async def test_g01_compact(state: Path, tmp_path: Path) -> None:
    disk = await record(state, [*map(say, SAID), lambda store: store.compact(KEY, 2)])
    for promised, image in disk.images():
        after = tmp_path / "after"

        async def check(store: SessionStore, promised: int = promised, after: Path = after) -> None:
            found = await texts(store)
            assert len(found) >= min(promised, len(SAID)) or found == SAID[-2:]
            kept = found if len(found) >= promised else _all_messages(after)
            assert set(SAID[: min(promised, len(SAID))]) <= set(kept)

        await reopened(image, after, check)


def _all_messages(folder: Path) -> list[str]:
    """What stands in transcripts and in everything that is kept beside them."""
    lines = [line for path in folder.rglob("*.jsonl*") for line in path.read_bytes().splitlines()]
    found = []
    for line in lines:
        try:
            found.append(json.loads(line)["message"]["content"][0]["text"])
        except (ValueError, KeyError):
            continue
    return found


async def test_g01_reset(state: Path, tmp_path: Path) -> None:
    disk = await record(state, [say("old"), lambda store: store.reset(KEY), say("new")])
    expected = [([], ["old"]), (["old"], []), ([], ["new"]), (["new"], ["new"])]
    for promised, image in disk.images():
        after = tmp_path / "after"

        async def check(store: SessionStore, promised: int = promised, after: Path = after) -> None:
            assert await texts(store) in expected[promised]
            assert "old" in _all_messages(after) or promised == 0
            assert [entry.key for entry in store.entries()] in ([KEY], [])

        await reopened(image, after, check)


async def test_g01_delete(state: Path, tmp_path: Path) -> None:
    key = "agent:main:other"
    steps: list[Step] = [
        lambda store: store.append(key, user_message("precious", now_ms=1)),
        lambda store: store.delete(key),
    ]
    disk = await record(state, steps)
    for promised, image in disk.images():
        after = tmp_path / "after"

        async def check(store: SessionStore, promised: int = promised, after: Path = after) -> None:
            assert (store.entry(key) is None) or promised < 2
            assert "precious" in _all_messages(after) or promised == 0
            assert store.entry(key) is None or await texts(store, key) == ["precious"] or promised == 0

        await reopened(image, after, check)


async def test_g07_a_crash_while_the_trash_is_emptied_leaves_the_rest(state: Path, tmp_path: Path) -> None:
    clock = ManualClock()
    store = SessionStore(state, clock, EventBus(), "test")
    await store.open()
    for number in range(3):
        await store.append(f"agent:main:{number}", user_message(f"said {number}", now_ms=1))
        await store.delete(f"agent:main:{number}")
        clock.advance(86400)
    with fault_disk(state) as disk:
        assert await store.empty_trash(clock.wall_ms() + 28 * 86_400_000) == 2
    await store.close()
    for _, image in disk.images():
        assert any(b"said 2" in data for data in image.values())


HARNESS = """
    import asyncio, sys
    from pathlib import Path
    from clawd_desktop.core.bus import EventBus
    from clawd_desktop.core.clock import SystemClock
    from clawd_desktop.core.messages import user_message
    from clawd_desktop.storage.sessions import SessionStore

    async def main():
        store = SessionStore(Path(sys.argv[1]), SystemClock(), EventBus(), "test")
        await store.open()
        for number in range(3):
            await store.append("main", user_message(f"said {number}", now_ms=1))
            print("append", number, flush=True)
        await store.update("main", {"label": "named"})
        print("update", flush=True)
        await store.compact("main", 2)
        print("compact", flush=True)
        await store.append("agent:main:x", user_message("gone", now_ms=1))
        await store.delete("agent:main:x")
        print("delete", flush=True)
        await store.close()
    asyncio.run(main())
"""
KILLED_AT = [
    *(("fdatasync", number) for number in (1, 2, 5, 6)),
    *(("rename", number) for number in range(1, 6)),
    *(("write", number) for number in (3, 6, 9)),
]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not on this computer")
@pytest.mark.parametrize(("call", "number"), KILLED_AT)
async def test_g01_killed_at_a_system_call(state: Path, tmp_path: Path, call: str, number: int) -> None:
    script = tmp_path / "harness.py"
    script.write_text(textwrap.dedent(HARNESS))
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"]
    inject = ["-e", f"inject={call}:signal=KILL:when={number}"]
    command = [*trace, *inject, sys.executable, "-S", str(script), str(state)]
    paths = [str(Path(__file__).parents[2]), *(path for path in sys.path if "site-packages" in path)]
    done = subprocess.run(
        command, env={"PYTHONPATH": ":".join(paths)}, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode != 0, "it was to be killed"
    said = done.stdout.split("\n")
    store = store_in(state)
    await store.open()
    for count in range(3):
        assert f"append {count}" not in said or f"said {count}" in _all_messages(state)
    entry = store.entry("main")
    assert "update" not in said or (entry is not None and entry.label == "named")
    assert "delete" not in said or store.entry("agent:main:x") is None
    await store.append("main", user_message("goes on", now_ms=1))
    assert (await texts(store))[-1] == "goes on"
    await store.close()
