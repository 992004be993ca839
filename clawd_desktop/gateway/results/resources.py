"""What the methods about resources and the cache answer."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class ComputerNow(TypedDict):
    """What was measured last: sizes in bytes, shares from 0 to 1, `networkFree` in bytes a second.

    `memoryUsage` is resident with all child processes. Inside a container (`contained`) all is what the container has.
    """

    memoryUsage: int
    memoryAvailable: int
    memoryTotal: int
    cpuUsage: NotRequired[float]
    cores: float
    diskUsage: float
    diskFree: int
    networkFree: NotRequired[float]
    activeConnections: int
    contained: bool


class ResourceState(TypedDict):
    """How one kind of work stands. `ceiling` is absent without a limit, `reason` and `cause` while nobody waits.

    `memory` are the bytes that the holders were let in with, `needs` those of one more; `built` says that this version
    has such work.
    """

    kind: str
    title: str
    used: int
    waiting: int
    ceiling: NotRequired[int]
    memory: int
    needs: int
    built: bool
    holders: list[str]
    waitedMs: int
    reason: NotRequired[str]
    cause: NotRequired[str]


class ResourceLimits(TypedDict):
    """What the configuration allows; sizes in bytes, `memoryLimit` 0 for none."""

    reserveMemory: int
    reserveDisk: int
    maxCpu: float
    memoryLimit: int
    waitTimeoutMs: int
    maxWaiting: int


class ResourceReport(TypedDict):
    """All kinds; `system` is absent while the computer cannot be measured, `fault` then says why."""

    ts: int
    system: NotRequired[ComputerNow]
    fault: NotRequired[str]
    limits: ResourceLimits
    kinds: list[ResourceState]


class SuggestedSetting(TypedDict):
    """One setting by its dotted path: what it is, what fits this computer, and why."""

    path: str
    value: float | bool
    current: float | bool
    why: str


class Computer(TypedDict):
    """What the suggestion was made for; memory in bytes."""

    cores: float
    memory: int


class Suggestion(TypedDict):
    """Limits that fit this computer; `patch` is a change for config.patch."""

    preset: Literal["desktop", "server"]
    machine: Computer
    settings: list[SuggestedSetting]
    patch: Open


class CacheNamespace(TypedDict):
    """One kind of entries since the start. `joined` got what was being made for somebody else; `bytes` in memory."""

    namespace: str
    hitsMemory: int
    hitsDisk: int
    misses: int
    joined: int
    made: int
    failed: int
    evictions: int
    faults: int
    entries: int
    bytes: int
    ttlMs: int
    onDisk: bool


class CacheReport(TypedDict):
    """All kinds, and the bytes of both levels with their limits."""

    memoryBytes: int
    memoryLimit: int
    diskBytes: int
    diskLimit: int
    namespaces: list[CacheNamespace]


class CacheCleared(TypedDict):
    """How many entries stood in memory; the disk level was cleared as well."""

    ok: bool
    cleared: int
