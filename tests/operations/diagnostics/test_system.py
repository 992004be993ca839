"""The computer: what figures mean, and that real ones are read."""

from __future__ import annotations

import datetime
import resource
import sys
from dataclasses import replace

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import system
from clawd_desktop.operations.diagnostics.ground import Ground

GIB = 2**30


@pytest.mark.parametrize(
    ("available", "level"),
    [(3 * GIB, None), (1.7 * GIB, None), (1.5 * GIB, Level.WARNING), (0.4 * GIB, Level.ERROR), (0, Level.ERROR)],
)
def test_little_memory(available: float, level: Level | None) -> None:
    found = system.memory_finding(int(available), 16 * GIB)
    assert [one.level for one in found] == ([level] if level else [])
    assert all(one.title == "Low memory available" for one in found)


def test_a_computer_without_memory_figures_is_not_low() -> None:
    assert system.memory_finding(0, 0) == ()


@pytest.mark.parametrize(("load", "found"), [(0.0, 0), (8.0, 0), (8.1, 1)])
def test_load(load: float, found: int) -> None:
    assert len(system.load_finding(load, 4)) == found


@pytest.mark.parametrize(
    ("most", "connections", "found"), [(0, 1000, 0), (1200, 1000, 0), (1199, 1000, 1), (1024, 100, 0), (1023, 100, 1)]
)
def test_limit_of_open_files(most: int, connections: int, found: int) -> None:
    assert len(system.limit_finding(most, connections)) == found


def test_the_real_limit_of_this_process_counts(ground: Ground) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
        assert [one.id for one in system.limits(ground)] == ["system.limits.files"]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(65_536, hard if hard > 0 else 65_536), hard))
        assert system.limits(ground) == ()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_containers() -> None:
    assert system.container_finding("", 0) == ()
    assert [one.level for one in system.container_finding("docker", 0)] == [Level.INFO]
    assert [one.id for one in system.container_finding("docker", 256 * 2**20)] == ["system.container.small"]


@pytest.mark.parametrize(
    ("version", "year", "found"),
    [((3, 11), 2026, 0), ((3, 11), 2028, 1), ((3, 8), 2026, 1), ((3, 14), 2030, 0), ((3, 15), 2031, 0)],
)
def test_old_pythons(version: tuple[int, int], year: int, found: int) -> None:
    assert len(system.python_finding(version, year, 1)) == found


@pytest.mark.parametrize(
    ("year", "zone", "expected"),
    [
        (2026, ("UTC", "UTC"), []),
        (1970, ("UTC", "UTC"), ["system.clock.wrong"]),
        (2100, ("UTC", "UTC"), ["system.clock.wrong"]),
        (2027, ("", ""), ["system.clock.zone"]),
    ],
)
def test_clocks(year: int, zone: tuple[str, str], expected: list[str]) -> None:
    moment = datetime.datetime(year, 6, 1, tzinfo=datetime.UTC).timestamp()
    assert [one.id for one in system.clock_finding(moment, zone)] == expected


def test_a_clock_that_was_never_set_is_seen(ground: Ground) -> None:
    assert system.clock_sane(ground) == ()
    assert [one.id for one in system.clock_sane(replace(ground, clock=ManualClock(0)))] == ["system.clock.wrong"]


def test_other_systems_are_named(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    assert system.platform_known(ground) == ()
    monkeypatch.setattr(sys, "platform", "haiku1")
    assert [one.level for one in system.platform_known(ground)] == [Level.INFO]


def test_every_check_reads_this_computer(ground: Ground) -> None:
    for check in system.CHECKS:
        found = check.detect(ground)
        assert isinstance(found, tuple)
        assert all(check.made(one.id) and one.category == "system" for one in found)
