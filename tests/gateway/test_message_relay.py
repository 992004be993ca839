"""Only those who follow a conversation are told of its messages."""

from __future__ import annotations

from wire_listener import Listener

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import MessageStored
from clawd_desktop.core.messages import user_message
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.message_relay import MessageRelay


class Known(Listener):
    """A listener with a name among the connections."""

    def __init__(self, broadcaster: Broadcaster, connection_id: str) -> None:
        super().__init__(broadcaster)
        self.connection_id = connection_id


def test_followers_are_told_without_a_gap_for_the_others() -> None:
    bus, broadcaster = EventBus(), Broadcaster()
    relay = MessageRelay(bus, broadcaster)
    one, two = Known(broadcaster, "c1"), Known(broadcaster, "c2")
    said = MessageStored("agent:main:main", "m1", user_message("hi", now_ms=5), "r1")
    bus.publish(said)
    broadcaster.subscriptions.add("c1", "agent:main:main")
    bus.publish(said)
    bus.publish(MessageStored("agent:main:other", "m2", user_message("no", now_ms=6)))
    broadcaster.publish("tick", {"ts": 1})
    payload = {
        "sessionKey": "agent:main:main",
        "messageId": "m1",
        "message": {"role": "user", "content": [{"type": "text", "text": "hi"}], "timestamp": 5},
        "runId": "r1",
    }
    assert one.frames[0] == {"type": "event", "event": "session.message", "payload": payload}
    assert [frame["event"] for frame in two.frames] == ["tick"]
    assert two.frames[0]["seq"] == 1
    relay.close()
    bus.publish(said)
    assert len(one.frames) == 2
