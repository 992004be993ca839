"""Edits are noticed once the files have come to rest."""

from __future__ import annotations

import asyncio

from clawd_desktop.config.watcher import watch
from clawd_desktop.core.tasks import spawn, stop


async def test_a_change_is_told_after_the_files_rest() -> None:
    looks = iter([((0, 0, 0),), ((1, 0, 0),), ((2, 0, 0),), ((3, 0, 0),)])
    state = {"now": ((0, 0, 0),), "seen": ((0, 0, 0),)}
    told: list[object] = []
    done = asyncio.Event()

    def look() -> tuple[tuple[int, int, int], ...]:
        state["now"] = next(looks, state["now"])
        return state["now"]

    async def changed() -> None:
        told.append(state["now"])
        state["seen"] = state["now"]
        done.set()

    task = spawn(watch(look, lambda: state["seen"], lambda: 0.0, changed, 0.0), name="watch")
    async with asyncio.timeout(5):
        await done.wait()
    await stop(task)
    assert told == [((3, 0, 0),)]


async def test_nothing_is_told_while_changes_do_not_count() -> None:
    asked = asyncio.Event()
    told: list[int] = []

    def rest() -> float:
        asked.set()
        return -1.0

    async def changed() -> None:
        told.append(1)

    task = spawn(watch(lambda: ((1, 1, 1),), lambda: (), rest, changed, 0.0), name="watch")
    async with asyncio.timeout(5):
        await asked.wait()
    await stop(task)
    assert told == []
