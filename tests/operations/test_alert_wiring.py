"""The running application takes new settings of its alerts at once, all of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from running_gateway import Client, running


async def patch(client: Client, raw: str) -> None:
    shot = await client.call("config.get")
    await client.call("config.patch", raw=raw, baseHash=shot["hash"])


async def rule(client: Client, rule_id: str) -> dict[str, object]:
    rows = (await client.call("alerts.rules"))["rules"]
    return next(row for row in rows if row["id"] == rule_id)  # type: ignore[attr-defined,no-any-return]


async def test_new_settings_count_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert (await rule(client, "disk.low"))["enabled"] is True
        quiet = '{"hours": [{"from": "00:00", "to": "00:00"}]}'
        await patch(client, f'{{"monitoring": {{"rules": {{"disk.low": {{"enabled": false}}}}, "quiet": {quiet}}}}}')
        async with asyncio.timeout(10):
            while (await rule(client, "disk.low"))["enabled"]:
                await asyncio.sleep(0.01)
        listed = await client.call("alerts.list")
        assert listed["quiet"]["because"] == "hours"  # type: ignore[index]
