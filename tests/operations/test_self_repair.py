"""What it is made of is tested by itself and, whole, in tests/e2e/test_self_repair.py; here its names in the list."""

from __future__ import annotations

from pathlib import Path

from running_gateway import running


async def test_who_is_looked_after(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        listed = await client.call("services.list")
        names = {row["name"] for row in listed["services"]}  # type: ignore[attr-defined]
        assert names >= {
            "model", "usage", "log", "databases", "database checks", "stuck turns", "sampler", "gateway", "config",
        }  # fmt: skip
