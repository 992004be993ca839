"""What operations offers, made of real parts that have nothing to do: for tests of whoever shows it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from clawd_desktop.agent.replay import replay
from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.operations.assembly import OperationsServices
from clawd_desktop.operations.trace_files import TraceFiles
from clawd_desktop.operations.trace_store import TraceStore

NOWHERE = Path(tempfile.gettempdir()) / "clawd-desktop-tests-never-make-this"


def quiet_operations(bus: EventBus, clock: Clock) -> OperationsServices:
    """All services; none of them was started."""
    traces = TraceStore(TraceFiles(NOWHERE, str, clock), bus, Tracing, replay)
    return OperationsServices(traces=traces)
