"""Notices edits on disk by looking at the files once a second; no service of the system is needed for that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from clawd_desktop.config.disk import Stamp

PERIOD_S = 1.0


async def watch(
    look: Callable[[], Stamp],
    seen: Callable[[], Stamp],
    rest_s: Callable[[], float],
    changed: Callable[[], Awaitable[None]],
    period_s: float = PERIOD_S,
) -> None:
    """Await `changed` whenever the files are not as last `seen`, once they have rested for `rest_s` seconds; for ever.

    `changed` must see to it that `seen` answers the new state; `rest_s` below 0 means that changes do not count now.
    """
    while True:
        await asyncio.sleep(period_s)
        now = look()
        if now == seen() or rest_s() < 0:
            continue
        before = None
        while now != before:
            before = now
            await asyncio.sleep(rest_s())
            now = look()
        await changed()
