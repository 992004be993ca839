"""Who is there: the gateway first, then who came last, for five minutes."""

from __future__ import annotations

from dataclasses import replace

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.methods.table import Client, Role
from clawd_desktop.gateway.presence import Presence, key_of, own_host

CLIENT = Client(
    "conn-1", "clawdbot-macos", "ui", "1.0", "darwin", Role.OPERATOR, ("operator.read",), "127.0.0.1", True, "secret",
    3, 0, device_id="DEV", display_name="Laptop",
)  # fmt: skip


def test_the_gateways_own_entry_is_first_and_always_fresh() -> None:
    clock = ManualClock()
    presence = Presence(clock, "9.9")
    clock.advance(1000)
    (own,) = presence.entries()
    assert (own["mode"], own["reason"], own["version"], own["ts"]) == ("gateway", "self", "9.9", clock.wall_ms())
    assert own["text"] == f"Gateway: {own_host(presence)} (127.0.0.1) · app 9.9 · mode gateway · reason self"


def test_clients_come_newest_first_and_go_after_five_minutes() -> None:
    clock = ManualClock()
    presence = Presence(clock, "1")
    presence.arrived(CLIENT)
    clock.advance(1)
    presence.arrived(replace(CLIENT, device_id="", instance_id="Two", local=False, remote="10.0.0.9"))
    _, second, first = presence.entries()
    assert second["instanceId"] == "Two"
    assert second["ip"] == "10.0.0.9"
    assert first == {
        "host": "Laptop", "version": "1.0", "platform": "darwin", "mode": "ui", "reason": "connect", "deviceId": "DEV",
        "roles": ["operator"], "scopes": ["operator.read"], "text": "Laptop · ui · connect", "ts": first["ts"],
    }  # fmt: skip
    clock.advance(299.5)
    assert len(presence.entries()) == 2
    clock.advance(1)
    assert len(presence.entries()) == 1


def test_leaving_is_told_only_of_those_who_were_listed() -> None:
    presence = Presence(ManualClock(), "1")
    tool = replace(CLIENT, mode="cli", device_id="other")
    presence.arrived(CLIENT)
    presence.arrived(tool)
    assert not presence.left(tool)
    assert presence.left(CLIENT)
    assert presence.entries()[1]["reason"] == "disconnect"


def test_a_clock_set_back_leaves_no_entry_from_the_future() -> None:
    clock = ManualClock()
    presence = Presence(clock, "1")
    presence.arrived(CLIENT)
    clock.jump_wall(-3600)
    assert len(presence.entries()) == 1


def test_at_most_two_hundred() -> None:
    presence = Presence(ManualClock(), "1")
    for number in range(500):
        presence.note(f"client-{number}", {"text": "x"})
    assert len(presence.entries()) == 200


def test_notes_merge_and_say_whether_anything_changed() -> None:
    clock = ManualClock()
    presence = Presence(clock, "1")
    assert presence.note("Node-1", {"text": "up", "host": "pi", "ip": None})
    clock.advance(1)
    assert not presence.note("node-1", {"text": "up"})
    assert presence.note("NODE-1", {"text": "down"})
    assert presence.entry("node-1")["text"] == "down"
    assert presence.entry("nobody") == {}
    assert presence.entries()[1] == {"text": "down", "host": "pi", "ts": clock.wall_ms()}


def test_what_an_entry_is_filed_under() -> None:
    assert key_of(CLIENT) == "dev"
    assert key_of(replace(CLIENT, device_id="", instance_id="Inst")) == "inst"
    assert key_of(replace(CLIENT, device_id="")) == "conn-1"
