"""Jobs and their runs as Clawdbot 2026.1.24 has them fit our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.cron import CronJobs, CronRuns, CronStatus

JOB = {
    "id": "j", "name": "n", "enabled": True, "createdAtMs": 1, "updatedAtMs": 2, "wakeMode": "now",
    "schedule": {"kind": "every", "everyMs": 5}, "sessionTarget": "main", "state": {"nextRunAtMs": 5},
    "payload": {"kind": "systemEvent", "text": "t"},
}  # fmt: skip


def test_jobs() -> None:
    assert misfit(CronJobs, {"jobs": [JOB]}) == ""
    assert "jobs.0.state.next" in misfit(CronJobs, {"jobs": [JOB | {"state": {"next": 1}}]})


def test_status() -> None:
    assert misfit(CronStatus, {"enabled": True, "storePath": "/s", "jobs": 0, "nextWakeAtMs": None}) == ""


def test_runs() -> None:
    assert misfit(CronRuns, {"entries": [{"ts": 1, "jobId": "j", "action": "finished", "status": "ok"}]}) == ""
    assert misfit(CronRuns, {"entries": [{"ts": 1, "jobId": "j", "action": "started"}]})
