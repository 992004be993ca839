"""Lists that have no members yet are empty, well-formed and true."""

from __future__ import annotations

from pathlib import Path

from running_gateway import running


async def test_lists_are_well_formed(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as asked:
        channels = await asked.call("channels.status", probe=True, timeoutMs=1000)
        assert (channels["channelOrder"], channels["channelAccounts"]) == ([], {})
        assert (await asked.call("skills.status"))["skills"] == []
        assert await asked.call("cron.list", includeDisabled=True) == {"jobs": []}
        assert (await asked.call("cron.status"))["nextWakeAtMs"] is None
