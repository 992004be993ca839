"""Builds everything that watches, keeps and repairs, and hands it out as one bundle."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Status
from clawd_desktop.models.local import LocalModel
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.resource_room import ResourceRoom, cache_limits
from clawd_desktop.operations.resources import ResourceManager
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.sessions import SessionStore


@dataclass(frozen=True)
class Needs:
    """What operations is given. Callables are asked anew each time and must not block."""

    paths: Paths
    clock: Clock
    bus: EventBus
    notices: NoticeBoard
    redactor: Redactor
    config: ConfigStore
    status: Status
    watchdog: Watchdog
    model_pid: Callable[[], int | None]
    sessions: SessionStore
    local_model: LocalModel


@dataclass(frozen=True)
class OperationsServices:
    """What operations offers to gateway, windows and command line."""

    resources: ResourceManager
    cache: MultiLevelCache


async def assemble(stack: AsyncExitStack, needs: Needs) -> OperationsServices:
    """Everything of this room, started; `stack` closes it."""
    resources = _make_resources(stack, needs)
    return OperationsServices(resources=resources.manager, cache=resources.cache)


def _make_resources(stack: AsyncExitStack, needs: Needs) -> ResourceRoom:
    cache = MultiLevelCache(needs.paths.cache / "kept", needs.clock, cache_limits(needs.config.config))
    work = (needs.sessions, needs.local_model)
    return ResourceRoom(stack, needs.config, needs.bus, needs.clock, needs.notices, cache, work)
