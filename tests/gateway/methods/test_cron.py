"""Planned work is not built: nothing is listed, kept or claimed to run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_there_are_no_jobs_and_none_runs(tmp_path: Path) -> None:
    (tmp_path / "cron").mkdir()
    store = tmp_path / "cron" / "jobs.json"
    store.write_text(json.dumps({"version": 1, "jobs": [{"id": "old"}]}))
    async with running(tmp_path) as app, app.client() as client:
        assert await client.call("cron.list", includeDisabled=True) == {"jobs": []}
        status = await client.call("cron.status")
        assert status == {"enabled": False, "storePath": str(store), "jobs": 0, "nextWakeAtMs": None}
        assert await client.call("cron.runs", id="old") == {"entries": []}
        assert await client.call("cron.remove", jobId="old") == {"ok": True, "removed": False}
    assert json.loads(store.read_text())["jobs"] == [{"id": "old"}], "what Clawdbot left there stays"


async def test_a_job_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    job = {"name": "n", "schedule": {"kind": "every", "everyMs": 5}, "payload": {"kind": "systemEvent", "text": "t"}}
    async with running(tmp_path) as app, app.client() as client:
        for params in (job, {"job": job}, {}):
            with pytest.raises(Refusal, match="not built into this version yet: the job was not kept") as refused:
                await client.call("cron.add", **params)
            assert refused.value.error["code"] == "UNAVAILABLE"
        assert not (tmp_path / "cron").exists()


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("cron.update", {"id": "x", "patch": {"enabled": False}}, "Error: unknown cron job id: x"),
        ("cron.run", {"jobId": "x", "mode": "force"}, "Error: unknown cron job id: x"),
        ("cron.run", {"id": "x", "mode": "now"}, "invalid cron.run params: at /mode"),
        ("cron.run", {}, "invalid cron.run params: missing id"),
        ("cron.remove", {}, "invalid cron.remove params: missing id"),
        ("cron.runs", {"limit": 5}, "invalid cron.runs params: missing id"),
        ("cron.runs", {"id": "x", "limit": 5001}, "at /limit: must be <= 5000"),
        ("cron.update", {"id": "x"}, "must have required property 'patch'"),
    ],
)
async def test_what_there_is_not_is_refused(tmp_path: Path, method: str, params: dict[str, object], says: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal) as refused:
            await client.call(method, **params)
        assert says in str(refused.value)
