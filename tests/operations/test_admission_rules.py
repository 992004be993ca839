"""The decision alone: a table of situations and what is said to each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from resource_stage import GIB, MIB, PLENTY

from clawd_desktop.operations.admission_rules import (
    NOTHING,
    Cause,
    Ceilings,
    Load,
    ResourceRequirements,
    SystemStatus,
    refusal,
    with_plenty,
)

CEILINGS = Ceilings(reserve_memory=256 * MIB, reserve_disk=512 * MIB, max_cpu=0.98, memory_limit=GIB)
FREE = Load(used=0, ceiling=4, idle=True)
BUSY = Load(used=1, ceiling=4, idle=False)


def status(**changes: object) -> SystemStatus:
    return replace(PLENTY, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("needs", "load", "now", "cause"),
    [
        (NOTHING, FREE, PLENTY, None),
        (NOTHING, replace(FREE, used=4), PLENTY, Cause.PLACE),
        (NOTHING, replace(FREE, used=9), PLENTY, Cause.PLACE),
        (NOTHING, replace(FREE, used=10**6, ceiling=None), PLENTY, None),
        # Memory: what is free, less what others were promised, less what stays free.
        (ResourceRequirements(memory=8 * GIB - 256 * MIB), FREE, PLENTY, None),
        (ResourceRequirements(memory=8 * GIB - 255 * MIB), FREE, PLENTY, Cause.MEMORY),
        (NOTHING, FREE, status(memory_available=255 * MIB), Cause.MEMORY),
        (NOTHING, replace(FREE, promised=ResourceRequirements(memory=8 * GIB)), PLENTY, Cause.MEMORY),
        (NOTHING, FREE, status(memory_available=0), Cause.MEMORY),
        # A computer of 512 MiB cannot leave 256 free: a quarter is left.
        (NOTHING, FREE, status(memory_available=130 * MIB, memory_total=512 * MIB), None),
        (NOTHING, FREE, status(memory_available=127 * MIB, memory_total=512 * MIB), Cause.MEMORY),
        # agents.memoryLimit
        (NOTHING, FREE, status(memory_usage=GIB), None),
        (NOTHING, FREE, status(memory_usage=GIB + 1), Cause.MEMORY_LIMIT),
        # Disk
        (NOTHING, FREE, status(disk_free=512 * MIB), None),
        (NOTHING, FREE, status(disk_free=512 * MIB - 1), Cause.DISK),
        # A disk of 1 GiB cannot leave 512 MiB free: a twentieth is left.
        (NOTHING, FREE, status(disk_free=52 * MIB, disk_total=GIB), None),
        (NOTHING, FREE, status(disk_free=51 * MIB, disk_total=GIB), Cause.DISK),
        (ResourceRequirements(disk=100 * GIB), FREE, PLENTY, Cause.DISK),
        # CPU: only beside something of ours, for the rest of the computer never waits for us.
        (NOTHING, FREE, status(cpu_usage=1.0), None),
        (NOTHING, BUSY, status(cpu_usage=0.99), Cause.CPU),
        (NOTHING, BUSY, status(cpu_usage=0.98), None),
        (NOTHING, BUSY, status(cpu_usage=None), None),
        (NOTHING, BUSY, status(cpu_usage=1.0, own_cpu=0.24), None),
        (NOTHING, BUSY, status(cpu_usage=1.0, own_cpu=0.25), Cause.CPU),
        (ResourceRequirements(cpu=0.5), BUSY, status(cpu_usage=1.0, own_cpu=0.1), Cause.CPU),
        (ResourceRequirements(cpu=0.5), BUSY, status(cpu_usage=0.51), Cause.CPU),
        (ResourceRequirements(cpu=0.5), BUSY, status(cpu_usage=0.5), None),
        (NOTHING, replace(BUSY, promised=ResourceRequirements(cpu=0.9)), PLENTY, Cause.CPU),
        # Network: only where it is known how fast it is.
        (ResourceRequirements(network=1000), BUSY, status(network_free=None), None),
        (ResourceRequirements(network=1000), BUSY, status(network_free=999.0), Cause.NETWORK),
        (ResourceRequirements(network=1000), BUSY, status(network_free=1000.0), None),
        (ResourceRequirements(network=1000), FREE, status(network_free=1.0), None),
        # Not measured: only places count.
        (ResourceRequirements(memory=10**15), FREE, None, None),
        (NOTHING, replace(FREE, used=4), None, Cause.PLACE),
        # A budget of bytes: one job larger than all of it may run alone.
        (ResourceRequirements(memory=600), Load(0, None, True, budget=1000), PLENTY, None),
        (ResourceRequirements(memory=600), Load(1, None, False, kept_memory=600, budget=1000), PLENTY, Cause.BUDGET),
        (ResourceRequirements(memory=400), Load(1, None, False, kept_memory=600, budget=1000), PLENTY, None),
        (ResourceRequirements(memory=2000), Load(0, None, True, budget=1000), PLENTY, None),
    ],
)
def test_what_is_decided(
    needs: ResourceRequirements, load: Load, now: SystemStatus | None, cause: Cause | None
) -> None:
    found = refusal(needs, load, CEILINGS, now)
    assert (found.cause if found is not None else None) is cause


def test_no_limit_and_no_reserve() -> None:
    free = Ceilings(0, 0, 1.0, 0)
    assert refusal(NOTHING, BUSY, free, status(memory_usage=10**12, memory_available=0, disk_free=0)) is None


def test_the_reason_has_the_figures_and_the_setting() -> None:
    found = refusal(ResourceRequirements(memory=8 * MIB), FREE, CEILINGS, status(memory_available=120 * MIB))
    assert found is not None
    assert found.text == ("120.0 MiB are free, it needs 8.0 MiB, and 256.0 MiB stay free (resources.reserveMemory).")


def test_plenty_is_more_than_enough() -> None:
    narrow = with_plenty(CEILINGS)
    assert refusal(NOTHING, BUSY, narrow, PLENTY) is None
    for scarce in (
        status(memory_available=500 * MIB), status(disk_free=GIB - 1), status(cpu_usage=0.8),
        status(memory_usage=900 * MIB),
    ):  # fmt: skip
        assert refusal(NOTHING, BUSY, CEILINGS, scarce) is None
        assert refusal(NOTHING, BUSY, narrow, scarce) is not None
    assert with_plenty(Ceilings(0, 0, 1.0, 0)).memory_limit == 0, "no limit stays none"


def test_requirements_add_up() -> None:
    one = ResourceRequirements(1, 0.25, 3, 4)
    assert sum((one, one), NOTHING) == ResourceRequirements(2, 0.5, 6, 8)


def test_what_needs_nothing_more_is_not_said_to_need_it() -> None:
    found = refusal(NOTHING, FREE, CEILINGS, status(disk_free=MIB))
    assert found is not None
    assert found.text == "1.0 MiB of the disk are free, and 512.0 MiB stay free (resources.reserveDisk)."
