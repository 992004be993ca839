"""Decides whether work may begin now: from what was measured, what is allowed and what it needs; does no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clawd_desktop.operations.units import Unit, told

# What is kept free may be set to more than a small computer has: then everything would wait for ever.
LARGEST_RESERVE = 0.25
# Below this share of all cores the application is not what keeps the computer busy.
OWN_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class ResourceRequirements:
    """What a piece of work needs besides its place; 0 needs nothing.

    `memory` and `disk` in bytes, `cpu` as a share of all cores (0 to 1), `network` in bytes a second.
    """

    memory: int = 0
    cpu: float = 0.0
    disk: int = 0
    network: int = 0

    def __add__(self, other: ResourceRequirements) -> ResourceRequirements:
        return ResourceRequirements(
            self.memory + other.memory, self.cpu + other.cpu, self.disk + other.disk, self.network + other.network
        )


NOTHING = ResourceRequirements()


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """How the computer (inside a container: what the container leaves of it) was when it was last measured.

    Sizes in bytes: `memory_usage` is resident with all child processes, `memory_available` can be had without
    swapping. Shares are 0 to 1 and None where they are not known yet, such as CPU before the second measurement.
    `own_cpu` is the application's own part of the CPU, with child processes. `network_free` is in bytes a second, None
    where the system does not say how fast its network is. `measured` is a time of the monotonic clock.
    """

    memory_usage: int
    memory_available: int
    memory_total: int
    cpu_usage: float | None
    cores: float
    disk_usage: float
    disk_free: int
    disk_total: int
    network_free: float | None = None
    active_connections: int = 0
    contained: bool = False
    own_cpu: float | None = None
    measured: float = 0.0


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What the configuration allows; sizes in bytes, 0 for no `memory_limit`."""

    reserve_memory: int
    reserve_disk: int
    max_cpu: float
    memory_limit: int


@dataclass(frozen=True, slots=True)
class Load:
    """What is going on already. `ceiling` and `budget` (bytes) are those of the kind, None for none.

    `promised` is what others were let in with but have perhaps not taken yet; `idle` says that nobody holds a place.
    """

    used: int
    ceiling: int | None
    idle: bool
    promised: ResourceRequirements = NOTHING
    kept_memory: int = 0
    budget: int | None = None


# At most this part of a disk stays free: a twentieth.
DISK_PART = 20
# Twice of what must stay free: so much is not gone within the seconds since it was measured.
_PLENTY = 2.0
_SPARE = 0.8


def with_plenty(ceilings: Ceilings) -> Ceilings:
    """Ceilings so narrow that what fits under them by an older measurement fits under the real ones now."""
    return Ceilings(
        reserve_memory=round(ceilings.reserve_memory * _PLENTY),
        reserve_disk=round(ceilings.reserve_disk * _PLENTY),
        max_cpu=ceilings.max_cpu * _SPARE,
        memory_limit=round(ceilings.memory_limit * _SPARE),
    )


class Cause(StrEnum):
    """What work waits for."""

    PLACE = "place"
    BUDGET = "budget"
    MEMORY = "memory"
    MEMORY_LIMIT = "memoryLimit"
    CPU = "cpu"
    DISK = "disk"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why work may not begin now; `text` is a sentence with the figures."""

    cause: Cause
    text: str


def refusal(needs: ResourceRequirements, load: Load, ceilings: Ceilings, status: SystemStatus | None) -> Refusal | None:
    """The first reason against it, None when it may begin. Without a measurement only places are counted."""
    found = _no_place(needs, load)
    if found is not None or status is None:
        return found
    checks = (_no_memory, _over_limit, _no_disk, _no_cpu, _no_network)
    return next(filter(None, (check(needs, load, ceilings, status) for check in checks)), None)


def _no_place(needs: ResourceRequirements, load: Load) -> Refusal | None:
    if load.ceiling is not None and load.used >= load.ceiling:
        return Refusal(Cause.PLACE, f"{load.used} run already, at most {load.ceiling} may.")
    if load.budget is not None and load.kept_memory and load.kept_memory + needs.memory > load.budget:
        taken, most = told(load.kept_memory, Unit.BYTES), told(load.budget, Unit.BYTES)
        return Refusal(Cause.BUDGET, f"{taken} of {most} are taken, it needs {told(needs.memory, Unit.BYTES)}.")
    return None


def _needed(size: float) -> str:
    return f"it needs {told(size, Unit.BYTES)}, and " if size else "and "


def _no_memory(needs: ResourceRequirements, load: Load, ceilings: Ceilings, status: SystemStatus) -> Refusal | None:
    reserve = min(ceilings.reserve_memory, status.memory_total * LARGEST_RESERVE)
    free = status.memory_available - load.promised.memory
    if free - needs.memory >= reserve:
        return None
    return Refusal(
        Cause.MEMORY,
        f"{told(max(0, free), Unit.BYTES)} are free, {_needed(needs.memory)}"
        f"{told(reserve, Unit.BYTES)} stay free (resources.reserveMemory).",
    )


def _over_limit(needs: ResourceRequirements, load: Load, ceilings: Ceilings, status: SystemStatus) -> Refusal | None:
    if not ceilings.memory_limit or status.memory_usage + load.promised.memory <= ceilings.memory_limit:
        return None
    return Refusal(
        Cause.MEMORY_LIMIT,
        f"Clawd Desktop uses {told(status.memory_usage, Unit.BYTES)}, and may use "
        f"{told(ceilings.memory_limit, Unit.BYTES)} (agents.memoryLimit).",
    )


def _no_disk(needs: ResourceRequirements, load: Load, ceilings: Ceilings, status: SystemStatus) -> Refusal | None:
    free = status.disk_free - load.promised.disk
    # A small disk cannot leave so much free.
    reserve = min(ceilings.reserve_disk, status.disk_total // DISK_PART)
    if free - needs.disk >= reserve:
        return None
    return Refusal(
        Cause.DISK,
        f"{told(max(0, free), Unit.BYTES)} of the disk are free, {_needed(needs.disk)}"
        f"{told(reserve, Unit.BYTES)} stay free (resources.reserveDisk).",
    )


def _no_cpu(needs: ResourceRequirements, load: Load, ceilings: Ceilings, status: SystemStatus) -> Refusal | None:
    # Where nothing of ours runs, or others keep the computer busy, waiting for ours to end would help nobody: other
    # programs may go on for ever.
    if status.cpu_usage is None or load.idle:
        return None
    if not needs.cpu and status.own_cpu is not None and status.own_cpu < OWN_SHARE:
        return None
    most = min(ceilings.max_cpu, 1 - needs.cpu)
    if status.cpu_usage + load.promised.cpu <= most:
        return None
    return Refusal(
        Cause.CPU,
        f"{told(status.cpu_usage, Unit.SHARE)} of the CPU are used, more than {told(most, Unit.SHARE)} "
        "(resources.maxCpu).",
    )


def _no_network(needs: ResourceRequirements, load: Load, ceilings: Ceilings, status: SystemStatus) -> Refusal | None:
    if not needs.network or status.network_free is None or load.idle:
        return None
    free = status.network_free - load.promised.network
    if free >= needs.network:
        return None
    return Refusal(
        Cause.NETWORK,
        f"{told(max(0.0, free), Unit.BYTES_PER_S)} of the network are free, it needs "
        f"{told(needs.network, Unit.BYTES_PER_S)}.",
    )
