"""The running application profiles itself over its own socket."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest
from running_gateway import Refusal, running

from clawd_desktop.core.tasks import spawn


def burner(seconds: float) -> int:
    """Use that much of the processor's time."""
    end, count = time.thread_time() + seconds, 0
    while time.thread_time() < end:
        count += sum(range(100))
    return count


async def burn_on() -> None:
    while True:
        burner(0.05)
        await asyncio.sleep(0)


async def test_what_burns_is_at_the_top(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        burning = spawn(burn_on(), name="burn")
        made = await client.call("profile.cpu", seconds=0.6, speedscope=True)
        burning.cancel()
        top = {row["name"]: row["total"] for row in made["top"]}  # type: ignore[attr-defined,index]
        busy = made["threads"][0]["busy"]  # type: ignore[index,call-overload]
        assert top["burner"] > 0.6 * busy
        assert "burner" in str(made["text"])
        assert any(frame["name"] == "burner" for frame in made["speedscope"]["shared"]["frames"])  # type: ignore[index,call-overload]


async def test_one_profile_at_a_time(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client, app.client() as other:
        first = await client.send("profile.cpu", seconds=2)
        async with asyncio.timeout(10):
            while "cpu-sampler" not in {thread.name for thread in threading.enumerate()}:
                await asyncio.sleep(0.005)
        with pytest.raises(Refusal, match="being taken already") as refused:
            await other.call("profile.cpu", seconds=1)
        assert refused.value.error["retryable"] is True
        assert (await client.response(first))["samples"]


async def test_memory_and_what_changed(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        first = await client.call("profile.memory", trace=True)
        assert first["usedMemory"] <= first["heapStatistics"]["pythonArenas"]  # type: ignore[index,call-overload,operator]
        kept = [bytearray(2000) for _ in range(5000)]
        changed = await client.call("profile.compare")
        assert changed["traced"] is True
        here = [row for row in changed["lines"] if row["file"].endswith("methods/test_profiles.py")]  # type: ignore[attr-defined,index]
        assert 10_000_000 <= here[0]["bytes"] <= 11_000_000
        assert len(kept) == 5000


async def test_a_real_stall_is_told(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        async with asyncio.timeout(20):
            while True:
                burner(0.8)
                stalls = (await client.call("profile.stalls"))["stalls"]
                if any("burner" in str(stall["stacks"]) for stall in stalls):  # type: ignore[attr-defined,index]
                    break
