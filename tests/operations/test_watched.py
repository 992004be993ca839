"""One check and one restart at a time; what the supervisor makes of them stands in test_supervisor.py."""

from __future__ import annotations

import asyncio

from operations.supervision import Patient

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.operations.supervised import Service, Standing
from clawd_desktop.operations.watched import Watched


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_it_is_asked_when_it_is_due_and_never_twice_at_once() -> None:
    clock, heard = ManualClock(), list[ClawdError | None]()
    patient = Patient(hangs=True)
    service = Service("p", patient.is_well, patient.restart, "The patient", every_s=10, limit_s=4)
    watched = Watched(service, clock, lambda _, fault: heard.append(fault))
    for _ in range(3):
        watched.look()
        await settle()
    assert patient.asked == 1
    patient.release.set()
    await settle()
    assert heard == [None]
    clock.advance(9)
    watched.look()
    await settle()
    assert patient.asked == 1
    clock.advance(1)
    watched.look()
    await settle()
    assert (patient.asked, heard) == (2, [None, None])
    await watched.close()


async def test_since_when_and_how_often() -> None:
    clock = ManualClock()
    patient = Patient()
    watched = Watched(Service("p", patient.is_well, patient.restart, "The patient"), clock, lambda *_: None)
    clock.advance(1)
    watched.recovered()
    began = watched.row().since_ms
    clock.advance(1)
    watched.recovered()
    assert (watched.row().state, watched.row().since_ms) == (Standing.WELL, began)
    assert await watched.restart() is None
    row = watched.row()
    assert (row.state, row.restarts, row.last_restart_ms, row.since_ms) == (
        Standing.RESTARTING, 1, clock.wall_ms(), clock.wall_ms(),
    )  # fmt: skip
    await watched.close()
