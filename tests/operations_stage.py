"""What operations offers, made of real parts that have nothing to do: for tests of whoever shows it."""

from __future__ import annotations

from clawd_desktop.config.schema.monitoring import Repair
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations.assembly import OperationsServices
from clawd_desktop.operations.supervisor import Supervisor


def quiet_operations(bus: EventBus, clock: Clock) -> OperationsServices:
    """All services; none of them was started."""
    notices = NoticeBoard(bus)
    return OperationsServices(supervisor=Supervisor(Repair, bus, notices, clock))
