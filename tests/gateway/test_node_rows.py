"""What is shown of a node: what is known, and nothing that is not."""

from __future__ import annotations

from dataclasses import replace

from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.methods.table import Client, Role
from clawd_desktop.gateway.node_rows import node_row, node_rows
from clawd_desktop.gateway.nodes import LiveNode

CLIENT = Client(
    "c1", "node-host", "node", "2", "linux", Role.NODE, (), "10.0.0.9", False, "device", 3, 77, device_id="n1",
    display_name="Its own", caps=("system", "browser"),
)  # fmt: skip


def live(client: Client = CLIENT, *commands: str) -> LiveNode:
    return LiveNode(client, lambda event, payload: None, commands)


def test_a_node_that_is_away_has_no_abilities() -> None:
    row = node_row("n", {"platform": "ios", "displayName": " "}, None)
    assert row == {"nodeId": "n", "platform": "ios", "caps": [], "commands": [], "paired": True, "connected": False}


def test_what_it_says_now_counts_more_than_what_is_stored_but_for_the_name_that_was_given() -> None:
    record: JsonObject = {"platform": "old", "remoteIp": "10.0.0.1", "displayName": "Stored", "version": "1"}
    row = node_row("n1", record, live(CLIENT, "system.run"))
    assert (row["displayName"], row["platform"], row["remoteIp"], row["version"]) == (
        "Its own", "linux", "10.0.0.9", "2",
    )  # fmt: skip
    assert (row["caps"], row["commands"], row["connectedAtMs"]) == (["browser", "system"], ["system.run"], 77)
    assert node_row("n1", record | {"givenName": "Mine"}, live())["displayName"] == "Mine"
    assert node_row("n1", record, live(replace(CLIENT, display_name="")))["displayName"] == "Stored"
    assert "displayName" not in node_row("n1", None, live(replace(CLIENT, display_name="")))
    assert node_row("n1", None, live())["paired"] is False


def test_the_order() -> None:
    paired: dict[str, JsonObject] = {"z": {"displayName": "b"}, "y": {}, "x": {"displayName": "B"}, "n1": {}}
    assert [row["nodeId"] for row in node_rows(paired, {"n1": live()})] == ["n1", "x", "z", "y"]
