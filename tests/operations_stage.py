"""What operations offers, made of real parts that have nothing to do: for tests of whoever shows it."""

from __future__ import annotations

from pathlib import Path

from alert_stage import AlertStage

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.operations.assembly import OperationsServices


def quiet_operations(bus: EventBus, clock: Clock) -> OperationsServices:
    """All services; none of them was started."""
    stage = AlertStage(Path("/nowhere"), bus=bus, clock=clock)
    return OperationsServices(alerts=stage.desk, quiet=stage.quiet)
