"""Nodes are listed with what they can do."""

from __future__ import annotations

from pathlib import Path

from gateway_rig import Device, rig
from running_gateway import running

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.methods.nodes import NodeMethods


async def test_there_are_no_nodes_at_first(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as asked:
        assert (await asked.call("node.list"))["nodes"] == []


async def test_a_node_is_listed_with_what_it_can_do_while_it_is_connected(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        node = {"id": "node-host", "version": "1", "platform": "linux", "mode": "node"}
        await device.connect(gateway, role="node", client=node, commands=["system.run"])
        methods = NodeMethods(gateway.devices, ManualClock())
        (row,) = methods.node_list(None, None)["nodes"]
        assert (row["nodeId"], row["commands"], row["connected"]) == (device.id, ["system.run"], True)
