"""Nodes that have a token in place of a key: asked, decided, verified, and no token on the disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import Unreadable
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.methods.table import MethodError
from clawd_desktop.gateway.node_pairing import NodePairing

FACTS = {"nodeId": "n1", "displayName": "Old Mac", "caps": ["camera"], "silent": True}


class Scene:
    """A store that tells what it announced."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder / "nodes", ManualClock()
        self.said: list[tuple[str, Any]] = []
        self.nodes = NodePairing(DeviceStore(folder, "nodes"), self.clock, lambda *said: self.said.append(said))

    def on_disk(self, name: str = "paired") -> Any:
        return json.loads((self.folder / f"{name}.json").read_text())


async def test_asking_twice_and_being_approved(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    request, new = await scene.nodes.request(dict(FACTS))
    assert (new, request["isRepair"], scene.said) == (True, False, [("node.pair.requested", request)])
    assert await scene.nodes.request(FACTS | {"displayName": "x"}) == (request, False)
    node = await scene.nodes.approve(str(request["requestId"]))
    token = str(node["token"])
    assert scene.said[-1][1]["decision"] == "approved"
    assert (node["displayName"], "silent" in node, "requestId" in node) == ("Old Mac", False, False)
    assert token not in json.dumps(scene.on_disk())
    assert scene.nodes.verify("n1", token) == {key: value for key, value in node.items() if key != "token"}
    for node_id, shown in (("n1", "wrong"), ("n2", token), ("n1", "")):
        assert scene.nodes.verify(node_id, shown) is None
    pending, paired = scene.nodes.listing()
    assert (pending, [set(record) & {"token", "tokenHash"} for record in paired]) == ([], [set()])
    again, _ = await scene.nodes.request(dict(FACTS))
    assert again["isRepair"] is True
    reopened = Scene(tmp_path)
    await reopened.nodes.open()
    assert reopened.nodes.verify("n1", token) is not None


async def test_being_refused_and_being_too_late(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    request, _ = await scene.nodes.request(dict(FACTS))
    assert await scene.nodes.reject(str(request["requestId"])) == "n1"
    late, _ = await scene.nodes.request(dict(FACTS))
    scene.clock.advance(301)
    for request_id in (str(request["requestId"]), str(late["requestId"]), "unknown"):
        with pytest.raises(MethodError, match=r"^unknown requestId$"):
            await scene.nodes.approve(request_id)
        with pytest.raises(MethodError, match=r"^unknown requestId$"):
            await scene.nodes.reject(request_id)


async def test_requests_are_bounded(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for number in range(70):
        await scene.nodes.request({"nodeId": f"n{number}"})
    assert len(scene.nodes.listing()[0]) == 64


async def test_a_token_that_clawdbot_wrote_is_good_and_hashed_with_the_next_change(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.folder.mkdir()
    record = {"nodeId": "n1", "token": "f" * 32, "createdAtMs": 1, "approvedAtMs": 1, "more": 1}
    (scene.folder / "paired.json").write_text(json.dumps({"n1": record}))
    await scene.nodes.open()
    assert scene.nodes.verify("n1", "f" * 32) is not None
    assert await scene.nodes.rename("n1", "New")
    assert not await scene.nodes.rename("n2", "New")
    assert "f" * 32 not in json.dumps(scene.on_disk())
    assert (scene.on_disk()["n1"]["displayName"], scene.on_disk()["n1"]["more"]) == ("New", 1)
    assert scene.nodes.verify("n1", "f" * 32) is not None


async def test_an_unreadable_list_pairs_nobody_and_stays(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.folder.mkdir()
    (scene.folder / "paired.json").write_text("{torn")
    await scene.nodes.open()
    request, _ = await scene.nodes.request(dict(FACTS))
    with pytest.raises(Unreadable):
        await scene.nodes.approve(str(request["requestId"]))
    assert (scene.folder / "paired.json").read_text() == "{torn"
