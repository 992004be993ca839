"""What services.list and services.restart answer."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class ServiceState(TypedDict):
    """How one service stands; times in milliseconds since the epoch, `restarts` since the application started."""

    name: str
    title: str
    state: Literal["unknown", "well", "waiting", "restarting", "down", "blocked"]
    sinceMs: int
    restarts: int
    lastRestartMs: NotRequired[int]
    fault: NotRequired[str]
    faultMs: NotRequired[int]


class ServiceList(TypedDict):
    """All services; `selfRepair` says whether they are started again without asking."""

    selfRepair: bool
    services: list[ServiceState]
