"""Starts background tasks that keep their reference, have a name, and never fail in silence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TypeVar

from clawd_desktop.core.errors import ClawdError

T = TypeVar("T")
_log = logging.getLogger("clawd.tasks")
# The event loop keeps only weak references to tasks: without this set a running task can vanish.
_running: set[asyncio.Task[object]] = set()


def spawn(coroutine: Coroutine[object, object, T], *, name: str, awaited: bool = False) -> asyncio.Task[T]:
    """Run the coroutine in the background under `name`; a failure is logged with its traceback.

    With `awaited` it is not: whoever started it looks at how it ended.
    """
    task = asyncio.get_running_loop().create_task(coroutine, name=name)
    _running.add(task)
    task.add_done_callback(_running.discard if awaited else _forget)
    return task


def _forget(task: asyncio.Task[T]) -> None:
    _running.discard(task)
    if task.cancelled():
        return
    failure = task.exception()
    if failure is not None:
        _log.error("task %s failed: %s", task.get_name(), failure, exc_info=failure)


def attempt(work: Callable[[], T], *, name: str) -> T | Exception:
    """Do something now and return what it gives, or its failure; one that nobody foresaw is logged as a task's is."""
    outcome = caught(work)
    if isinstance(outcome, Exception) and not isinstance(outcome, ClawdError):
        _log.error("%s failed", name, exc_info=outcome)
    return outcome


def caught(work: Callable[[], T]) -> T | Exception:
    """Do something now and return what it gives, or whatever it raised: for callers that say so in their own way."""
    try:
        return work()
    except Exception as failure:
        return failure


def ending(task: asyncio.Task[T] | None) -> str:
    """How a task that was to go on for ever ended, as a sentence."""
    if task is None or task.cancelled() or task.exception() is None:
        return "Nobody knows why."
    failure = task.exception()
    return f"{type(failure).__name__}: {failure}."


async def stop(task: asyncio.Task[T] | None) -> None:
    """Cancel the task and wait until it has ended; its own result or failure is not raised here."""
    if task is None or task is asyncio.current_task():
        return
    task.cancel()
    await asyncio.wait({task})


async def first(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waiting = [spawn(event.wait(), name="first of several") for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            await stop(task)
