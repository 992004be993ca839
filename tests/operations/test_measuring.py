"""Measuring for all who ask: once at a time, fresh for two seconds, never in anybody's way."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest
from resource_stage import SetMachine

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.operations.measuring import FRESH_S, Measuring


async def test_many_who_ask_at_once_get_one_measurement() -> None:
    machine, clock = SetMachine(), ManualClock()
    measuring = Measuring(machine, clock, lambda: 3)
    assert (measuring.newest, measuring.fresh()) == (None, None)
    found = await asyncio.gather(*(measuring.measure() for _ in range(20)))
    assert machine.reads == 1
    assert {each.active_connections for each in found if each is not None} == {3}
    assert measuring.fresh() is found[0]
    clock.jump_wall(10**6)
    assert measuring.fresh() is found[0], "the wall clock says nothing about age"
    clock.advance(FRESH_S + 0.1)
    assert measuring.fresh() is None
    assert measuring.newest is found[0]


async def test_a_source_that_raises_is_said_once_and_is_over_when_it_is(caplog: pytest.LogCaptureFixture) -> None:
    machine = SetMachine(fault=Unavailable("The meter is broken."))
    measuring = Measuring(machine, ManualClock())
    with caplog.at_level(logging.INFO, "clawd"):
        for _ in range(3):
            assert await measuring.measure() is None
        assert measuring.fault == "The meter is broken."
        machine.fault = None
        assert await measuring.measure() is not None
    said = [record.message for record in caplog.records]
    assert said == [
        "the computer cannot be measured, so only places are counted: The meter is broken.",
        "the computer can be measured again",
    ]


async def test_a_source_that_hangs_holds_up_the_first_for_a_moment_and_nobody_after(
    caplog: pytest.LogCaptureFixture,
) -> None:
    machine = SetMachine(hangs=True)
    measuring = Measuring(machine, ManualClock(), patience_s=0.05)
    assert await measuring.measure() is None
    began = time.monotonic()
    for _ in range(100):
        assert await measuring.measure() is None
    assert time.monotonic() - began < 0.05
    assert machine.reads == 1, "no second thread hangs beside the first"
    assert caplog.text.count("it does not answer") == 1
    machine.hangs = False
    machine.free.set()
    async with asyncio.timeout(5):
        while measuring.newest is None:
            await asyncio.sleep(0.001)
    assert measuring.fault == ""


async def test_a_bug_in_a_source_does_not_end_anything() -> None:
    measuring = Measuring(SetMachine(fault=KeyError("bug")), ManualClock())
    assert await measuring.measure() is None
    assert "bug" in measuring.fault
