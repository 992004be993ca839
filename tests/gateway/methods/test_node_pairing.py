"""The way in which older nodes are paired, over a real socket."""

from __future__ import annotations

from pathlib import Path

import pytest
from node_rig import conforms
from running_gateway import Refusal, running

from clawd_desktop.gateway.results import nodes as results


async def test_a_node_is_let_in_and_verified(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        asked = await client.call(
            "node.pair.request", nodeId=" n1 ", displayName="Old Mac", commands=["x"], silent=True
        )
        conforms(results.NodePairRequested, asked)
        assert (asked["status"], asked["created"], asked["request"]["nodeId"]) == ("pending", True, "n1")  # type: ignore[index]
        request_id = asked["request"]["requestId"]  # type: ignore[index]
        assert (await client.until("node.pair.requested", nodeId="n1"))["requestId"] == request_id
        assert (await client.call("node.pair.request", nodeId="n1"))["created"] is False
        approved = await client.call("node.pair.approve", requestId=request_id)
        conforms(results.NodePairApproved, approved)
        await client.until("node.pair.resolved", requestId=request_id, nodeId="n1", decision="approved")
        token = approved["node"]["token"]  # type: ignore[index]
        verified = await client.call("node.pair.verify", nodeId="n1", token=token)
        conforms(results.NodePairVerified, verified)
        assert verified["ok"] is True
        assert await client.call("node.pair.verify", nodeId="n1", token="wrong") == {"ok": False}
        listed = await client.call("node.pair.list")
        conforms(results.NodePairList, listed)
        assert (listed["pending"], token in str(listed)) == ([], False)
        assert (await client.call("node.rename", nodeId="n1", displayName="New"))["displayName"] == "New"
        listed = await client.call("node.pair.list")
        assert listed["paired"][0]["displayName"] == "New"  # type: ignore[index]


async def test_a_node_is_turned_away_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        asked = await client.call("node.pair.request", nodeId="n1")
        request_id = asked["request"]["requestId"]  # type: ignore[index]
        rejected = await client.call("node.pair.reject", requestId=request_id)
        assert rejected == {"requestId": request_id, "nodeId": "n1"}
        for method in ("node.pair.approve", "node.pair.reject"):
            with pytest.raises(Refusal, match=r"^unknown requestId$"):
                await client.call(method, requestId=request_id)
        for name in ("approved", "requester", "owner", "token"):
            with pytest.raises(Refusal, match=f"unexpected property '{name}'"):
                await client.call("node.pair.request", nodeId="n1", **{name: True})
