"""Every metric of the table is read from something real, by exactly one reader."""

from __future__ import annotations

import pytest
from status_stage import REPORT

from clawd_desktop.operations import readings
from clawd_desktop.operations.meter import Pace
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.readings import LoopFacts, of_system, on_loop, p95
from clawd_desktop.system.measure import Reading, Tree


def test_each_metric_has_one_reader() -> None:
    readers = (readings.ON_LOOP, readings.OF_SYSTEM, readings.FROM_RUNS, readings.FROM_FOLDER, readings.FROM_SERVICES)
    named = [name for names in readers for name in names]
    assert sorted(named) == sorted(BY_NAME)


def test_what_could_not_be_measured_is_left_out() -> None:
    tree = Tree(cpu=None, memory=10, own_memory=10, threads=1, open_files=None, children=0)
    empty = Reading(None, None, None, None, None, None, None, None, tree)
    assert of_system(empty) == {
        "process.memory": 10.0, "process.ownMemory": 10.0, "process.threads": 1.0, "process.children": 0.0,
    }  # fmt: skip


def test_what_the_loop_knows_is_said() -> None:
    facts = LoopFacts(REPORT, Pace(2.0, 0.5, 30.0, None, None), 12.0, 1, 3, (0.001, 0.4))
    found = on_loop(facts)
    assert found["gateway.requestsPerSecond"] == 2.0
    assert found["gateway.uptime"] == 12.0
    assert found["agents.activeSessions"] == 3.0
    assert found["loop.lag"] == 0.4
    assert "gateway.latency" not in found, "nothing was asked"
    assert all(isinstance(value, float) for value in found.values())


@pytest.mark.parametrize(
    ("lags", "found"), [((), None), ((2.0,), 2.0), (tuple(range(1, 101)), 95), ((1.0,) * 19 + (9.0,), 1.0)]
)
def test_p95_is_what_95_of_100_do_not_pass(lags: tuple[float, ...], found: float | None) -> None:
    assert p95(lags) == found
