"""Nodes follow conversations: told directly, in their own words, for as long as they are there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Client, Encoded, Role
from clawd_desktop.gateway.node_feed import MOST_SESSIONS, NodeFeed
from clawd_desktop.gateway.visitors import Visitors

NODE = Client("c1", "node-host", "node", "1", "ios", Role.NODE, (), "", True, "device", 3, 1, device_id="n1")
OTHER = replace(NODE, connection_id="c2")


class Scene:
    """Two nodes that hear what they are told."""

    def __init__(self) -> None:
        self.heard: dict[str, list[tuple[str, JsonValue]]] = {"c1": [], "c2": []}
        self.visitors = Visitors()
        self.feed = NodeFeed(lambda key: f"agent:main:{key.removeprefix('agent:main:')}")
        self.feed.listen(self.visitors)
        self.broadcaster = Broadcaster()
        self.broadcaster.overhear(self.feed.overhear)
        for client in (NODE, OTHER):
            name = client.connection_id
            self.visitors.arrived(client, lambda event, payload, name=name: self.heard[name].append((event, payload)))  # type: ignore[misc]


def test_a_session_is_followed_under_the_name_that_the_node_uses() -> None:
    scene = Scene()
    scene.feed.subscribe(NODE, "main")
    scene.broadcaster.publish("chat", {"sessionKey": "agent:main:main", "state": "final"})
    scene.broadcaster.publish("agent", {"sessionKey": "agent:main:other"})
    scene.broadcaster.publish("presence", {"presence": []})
    scene.broadcaster.publish("chat", "no object")
    scene.broadcaster.publish("tick", {"ts": 1})
    scene.broadcaster.publish("tick", Encoded(b"{}"))
    assert scene.heard == {
        "c1": [("chat", {"sessionKey": "main", "state": "final"}), ("tick", {"ts": 1})], "c2": [],
    }  # fmt: skip


def test_it_ends_when_the_node_says_so_or_goes() -> None:
    scene = Scene()
    for client in (NODE, OTHER):
        scene.feed.subscribe(client, "main")
    scene.feed.unsubscribe(NODE, "agent:main:main")
    scene.feed.unsubscribe(NODE, "never")
    scene.visitors.left(OTHER)
    scene.broadcaster.publish("chat", {"sessionKey": "main"})
    scene.broadcaster.publish("tick", {"ts": 1})
    assert scene.heard == {"c1": [], "c2": []}


def test_a_node_follows_only_so_many() -> None:
    scene = Scene()
    for number in range(MOST_SESSIONS):
        scene.feed.subscribe(NODE, f"s{number}")
    scene.feed.subscribe(NODE, "s0")
    with pytest.raises(Unavailable, match="at most 64"):
        scene.feed.subscribe(NODE, "one more")
    scene.broadcaster.publish("chat", {"sessionKey": "one more"})
    assert scene.heard["c1"] == []
