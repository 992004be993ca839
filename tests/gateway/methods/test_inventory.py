"""Lists that have no members yet are empty, well-formed and true."""

from __future__ import annotations

from pathlib import Path

import pytest
from gateway_rig import Device, rig
from running_gateway import Refusal, running

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.methods.inventory import InventoryMethods


async def test_lists_are_well_formed(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as asked:
        channels = await asked.call("channels.status", probe=True, timeoutMs=1000)
        assert (channels["channelOrder"], channels["channelAccounts"]) == ([], {})
        assert (await asked.call("skills.status"))["skills"] == []
        assert await asked.call("cron.list", includeDisabled=True) == {"jobs": []}
        assert (await asked.call("cron.status"))["nextWakeAtMs"] is None
        assert (await asked.call("node.list"))["nodes"] == []
        assert await asked.call("device.pair.list") == {"pending": [], "paired": []}


async def test_a_node_is_listed_with_what_it_can_do_while_it_is_connected(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        node = {"id": "node-host", "version": "1", "platform": "linux", "mode": "node"}
        await device.connect(gateway, role="node", client=node, commands=["system.run"])
        methods = InventoryMethods(gateway.devices, tmp_path, lambda: tmp_path, ManualClock())
        (row,) = methods.node_list(None, None)["nodes"]
        assert (row["nodeId"], row["commands"], row["connected"]) == (device.id, ["system.run"], True)


async def test_devices_can_be_decided_about_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="unknown requestId"):
            await client.call("device.pair.approve", requestId="x")
        with pytest.raises(Refusal, match="unknown requestId"):
            await client.call("device.pair.reject", requestId="x")
        with pytest.raises(Refusal, match="unknown deviceId/role"):
            await client.call("device.token.rotate", deviceId="x", role="operator")
        with pytest.raises(Refusal, match="unknown deviceId/role"):
            await client.call("device.token.revoke", deviceId="x", role="operator")
