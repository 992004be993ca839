"""Builds what keeps the application running: supervisor, care of the databases, watch over turns and over sleep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.config.schema.monitoring import Repair
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.models.local import LocalModel
from clawd_desktop.operations.database_care import DatabaseCare
from clawd_desktop.operations.kept_loop import KeptLoop
from clawd_desktop.operations.own_services import log_service, model_service, usage_service
from clawd_desktop.operations.stuck_runs import Runs, StuckRuns
from clawd_desktop.operations.supervisor import Supervisor
from clawd_desktop.operations.told import Told
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.storage.snapshots import Snapshots
from clawd_desktop.system.power import PowerWatch


@dataclass(frozen=True)
class Kept:
    """What is kept running, and what that needs; `own` is the folder that only this program uses."""

    repair: Callable[[], Repair]
    bus: EventBus
    notices: NoticeBoard
    clock: Clock
    own: Path
    environ: Mapping[str, str] = field(repr=False)
    turns: Runs
    local_model: LocalModel
    usage: UsageLedger
    log_faults: Callable[[], tuple[str, ...]]


@dataclass(frozen=True)
class SelfRepair:
    """What others give their services and databases to."""

    supervisor: Supervisor
    databases: DatabaseCare


def make_self_repair(stack: AsyncExitStack, kept: Kept) -> SelfRepair:
    """All of it, started; `stack` ends it."""
    told, local = Told(kept.bus, kept.notices, kept.clock), kept.local_model
    supervisor = Supervisor(kept.repair, told)
    supervisor.start()
    stack.push_async_callback(supervisor.close)
    supervisor.watch(model_service(lambda: local.trouble, local.try_again))
    supervisor.watch(usage_service(kept.usage))
    supervisor.watch(log_service(lambda: "\n".join(kept.log_faults())))
    databases = DatabaseCare(Snapshots(kept.own / "snapshots", kept.clock), told)
    supervisor.watch(databases.service())
    stuck = StuckRuns(kept.repair, kept.turns, told)
    stack.callback(stuck.close)
    for name, title, work in (
        ("database checks", "The checks of the databases", databases.go_round),
        ("stuck turns", "The watch over turns", stuck.go_round),
    ):
        stack.push_async_callback(KeptLoop(supervisor, name, title, work, kept.clock).close)
    power = PowerWatch(kept.bus, kept.clock, kept.environ)
    power.start()
    stack.push_async_callback(power.close)
    return SelfRepair(supervisor, databases)
