"""What the small services say of themselves, with real files and the real model's bookkeeping."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alert_stage import AlertStage
from operations.supervision import ward
from resource_stage import Stage

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ModelFault
from clawd_desktop.core.events import MetricsSampled, RunFinished
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import ModelRequest
from clawd_desktop.models.local import LocalModel
from clawd_desktop.operations.admission_rules import SystemStatus
from clawd_desktop.operations.own_services import (
    alert_service,
    log_service,
    model_service,
    resource_service,
    sampler_service,
    usage_service,
)
from clawd_desktop.operations.resource_watch import ResourceWatch
from clawd_desktop.operations.sampler import Sampler
from clawd_desktop.operations.supervised import Standing
from clawd_desktop.operations.usage import UsageLedger


async def test_usage_that_the_disk_refused_is_written_when_it_can_be(tmp_path: Path) -> None:
    async with ward() as w:
        folder = tmp_path / "usage"
        folder.write_text("in the way", encoding="utf-8")
        usage = UsageLedger(folder, w.bus, w.clock)
        w.supervisor.watch(usage_service(usage))
        await w.until(lambda: w.row("usage").state is Standing.WELL)
        for run in ("r1", "r2"):
            w.bus.publish(RunFinished(run, "agent:main:main", 3, None, Usage(10, 5), "p", "m", 1, 2))
        await w.pass_until(lambda: w.row("usage").state is Standing.BLOCKED)
        notice = w.notice("usage")
        assert notice is not None
        assert str(folder) in notice.text
        folder.unlink()
        await w.pass_until(lambda: w.row("usage").state is Standing.WELL)
        assert w.notice("usage") is None
        (file,) = folder.iterdir()
        assert [line.count('"run": "r') for line in file.read_text(encoding="utf-8").splitlines()] == [1, 1]
        usage.close()


async def test_a_log_that_cannot_be_written_is_told_and_gets_well_by_itself() -> None:
    async with ward() as w:
        fault = ["The log in /x cannot be written: the disk is full."]
        w.supervisor.watch(log_service(lambda: fault[0]))
        await w.until(lambda: w.row("log").state is Standing.BLOCKED)
        assert w.notice("log") is None, "it says so itself"
        fault[0] = ""
        await w.pass_until(lambda: w.row("log").state is Standing.WELL)
        assert w.notice("log") is None


async def test_a_model_that_stops_again_and_again_is_told_and_tried_when_a_person_says_so(tmp_path: Path) -> None:
    async with ward() as w:
        weights = tmp_path / "broken.gguf"
        weights.write_bytes(b"no model at all")
        clock = ManualClock()
        model = LocalModel(clock, file=weights)
        w.supervisor.watch(model_service(lambda: model.trouble, model.try_again))
        await w.until(lambda: w.row("model").state is Standing.WELL)
        for _ in range(4):
            try:
                async for _ in model.stream(ModelRequest("", (), (), 10)):
                    pass
            except ModelFault as fault:
                last = fault.sentence()
        assert "stopped unexpectedly 3 times in 5 minutes" in last
        await w.pass_until(lambda: w.row("model").state is Standing.DOWN)
        notice = w.notice("model")
        assert notice is not None
        assert [action.id for action in notice.actions] == ["service.restart:model", "page:logs"]
        await w.supervisor.restart("model")
        await w.pass_until(lambda: w.row("model").state is Standing.WELL)
        assert model.trouble == ""
        await model.close()


async def test_a_sampler_that_ended_or_fell_silent_is_started_again() -> None:
    async with ward() as w:
        sampler = Sampler(lambda *_: None, w.bus, w.clock, idle_s=0.01, first_s=0.0)
        sampler.start()
        w.supervisor.watch(sampler_service(sampler))
        measured = asyncio.Event()
        w.bus.subscribe(MetricsSampled, lambda _: measured.set())
        await measured.wait()
        await w.until(lambda: w.row("sampler").state is Standing.WELL)
        assert sampler._task is not None
        sampler._task.cancel()
        await w.pass_until(lambda: w.row("sampler").restarts == 1)
        measured.clear()
        await measured.wait()
        hangs = asyncio.Event()

        async def hang() -> int:
            await hangs.wait()
            return 0

        sampler.sample = hang  # type: ignore[method-assign]
        await w.pass_until(lambda: w.row("sampler").restarts == 2)
        assert "measured nothing for" in w.repaired[-1].text
        await sampler.close()


async def test_a_watch_over_resources_that_ended_goes_round_again() -> None:
    async with ward() as w:
        stage, seen = Stage(clock=w.clock), []

        async def saw(status: SystemStatus) -> None:
            seen.append(status)

        watch = ResourceWatch(stage.manager, stage.measuring, NoticeBoard(w.bus), w.clock, saw)
        watch.start()
        w.supervisor.watch(resource_service(watch))
        await w.until(lambda: w.row("resources").state is Standing.WELL)
        await watch.close()
        assert watch.trouble == "It does not go round any more."
        await w.pass_until(lambda: watch.trouble == "")
        await watch.close()


async def test_a_check_of_the_rules_that_ended_goes_round_again(tmp_path: Path) -> None:
    async with ward() as w:
        room = AlertStage(tmp_path, bus=w.bus, clock=w.clock)
        assert room.desk.trouble == "It was not started."
        await room.desk.start()
        w.supervisor.watch(alert_service(room.desk))
        await w.until(lambda: w.row("alerts").state is Standing.WELL)
        (task,) = (task for task in asyncio.all_tasks() if task.get_name() == "check alerts")
        task.cancel()
        await w.pass_until(lambda: w.row("alerts").restarts == 1)
        assert room.desk.trouble == ""
        await room.desk.close()
