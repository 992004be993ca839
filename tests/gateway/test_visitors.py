"""Who cares about clients hears of them, and can speak to each."""

from __future__ import annotations

from pathlib import Path

from gateway_rig import rig, until

from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway.methods.table import Client
from clawd_desktop.gateway.visitors import Tell, Visitors


async def test_coming_going_and_speaking_to_one(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        visitors, seen, tells = gateway.server._watch.visitors, [], []

        def arrived(client: Client, tell: Tell) -> None:
            seen.append(("came", client.connection_id))
            tells.append(tell)

        visitors.on_arrival(arrived)
        visitors.on_departure(lambda client: seen.append(("went", client.connection_id)))
        refused = await gateway.socket()
        await refused.connect(auth={"token": "wrong"})
        client, other = await gateway.client(), await gateway.client()
        tells[0]("voicewake.changed", {"triggers": []})
        assert await client.receive() == {"type": "event", "event": "voicewake.changed", "payload": {"triggers": []}}
        assert (await other.request("health"))["ok"]
        assert [event for event in other.events if event["event"] == "voicewake.changed"] == []
        client.leave()
        await until(lambda: len(seen) == 3)
        assert [what for what, _ in seen] == ["came", "came", "went"]
        assert seen[2][1] == seen[0][1]
        tells[0]("tick", {"ts": 1})  # to somebody who has gone: nothing happens


def test_listeners_are_called_in_their_order() -> None:
    visitors, said = Visitors(), list[JsonValue]()
    client = Client("c", "cli", "cli", "1", "linux", None, (), "", True, "secret", 3, 1)  # type: ignore[arg-type]
    visitors.on_arrival(lambda one, tell: said.append(1))
    visitors.on_arrival(lambda one, tell: said.append(2))
    visitors.arrived(client, lambda event, payload: None)
    visitors.left(client)
    assert said == [1, 2]
