"""Examining, repairing and reporting over a real socket."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from running_gateway import Refusal, running


async def test_examining_and_repairing(tmp_path: Path) -> None:
    async with running(tmp_path, agents={"defaults": {"sandbox": {"mode": "off"}}}) as app, app.client() as client:
        report: Any = await client.call("doctor.run")
        found = {row["id"]: row for row in report["findings"]}
        assert found["network.port"]["severity"] == "ok", "the port is the application's own"
        assert found["process.running"]["severity"] == "ok"
        assert report["processes"]["pid"] > 0
        assert found["config.sandbox.mode"]["repair"]
        shown = await client.call("doctor.repair", id="config.sandbox.mode", dryRun=True)
        assert "+" in str(shown["text"])
        assert shown["done"] is False
        done = await client.call("doctor.repair", id="config.sandbox.mode")
        assert done["done"] is True
        assert (
            json.loads((tmp_path / "clawdbot.json").read_text())["agents"]["defaults"]["sandbox"]["mode"] == "non-main"
        )
        with pytest.raises(Refusal, match="not found any more"):
            await client.call("doctor.repair", id="config.sandbox.mode")


async def test_reports(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        shown: Any = await client.call("report.preview", parts=["status", "config"])
        texts = {part["name"]: part["text"] for part in shown["parts"]}
        assert json.loads(texts["status"])["phase"] == "running"
        assert json.loads(texts["config"])["config"]["models"]["providers"]["test"]["apiKey"] == "[hidden]"
        saved = await client.call("report.save")
        path = Path(str(saved["path"]))
        assert path.is_relative_to(tmp_path)
        with zipfile.ZipFile(path) as archive:
            assert {"manifest.json", "findings.json", "log.jsonl", "facts.json"} <= set(archive.namelist())
        with pytest.raises(Refusal, match="There is no part"):
            await client.call("report.preview", parts=["nothing"])


async def test_who_may_only_look_may_not_repair_or_report(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client(scopes=["operator.read"]) as reader:
        assert (await reader.call("doctor.run"))["findings"]
        for method, params in (("doctor.repair", {"id": "x"}), ("report.preview", {}), ("report.save", {})):
            with pytest.raises(Refusal, match=r"missing scope: operator\.admin"):
                await reader.call(method, **params)
        with pytest.raises(Refusal, match=r"missing scope: operator\.admin"):
            await reader.call("doctor.run", deep=True)
