"""Clients that may read hear of alerts; the owner's buttons act on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from alert_stage import started
from running_gateway import running

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.events import AlertChanged, AlertRaised
from clawd_desktop.gateway.alert_news import AlertNews, alert_actions
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Role, Scope


class Listener:
    """A connected client."""

    connection_id = "c1"

    def __init__(self, role: Role, *held: Scope) -> None:
        self.role = role
        self.held = frozenset(str(scope) for scope in held)
        self.got: list[bytes] = []

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        assert droppable
        self.got.append(frame)


def test_operators_that_may_read_hear_of_it() -> None:
    bus, broadcaster = EventBus(), Broadcaster()
    reader, other, node = Listener(Role.OPERATOR, Scope.READ), Listener(Role.OPERATOR), Listener(Role.NODE)
    for listener in (reader, other, node):
        broadcaster.join(listener)
    stop = AlertNews(broadcaster, ManualClock(7)).listen(bus)
    bus.publish(AlertRaised("a", "disk.low", "warning", "T", "x"))
    bus.publish(AlertChanged("a", "disk.low", "over"))
    stop()
    bus.publish(AlertChanged("a", "disk.low", "over"))
    assert [b'"event":"alert.raised"' in reader.got[0], b'"state":"over"' in reader.got[1], len(reader.got)] == [
        True, True, 2,
    ]  # fmt: skip
    assert (other.got, node.got) == ([], [])


async def test_the_buttons(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        run = alert_actions(stage.desk, stage.quiet)
        stage.measure("system.diskFree", 1.0)
        (alert,) = stage.desk.open()
        await run["alert.acknowledge"](alert.id)
        assert stage.desk.open()[0].acknowledged_by == "owner"
        await run["alert.snooze"]("disk.low:3600")
        assert stage.desk.snoozed() == {"disk.low": stage.now + 3_600_000}
        await run["notify.mute"]("1800")
        assert stage.quiet.state().because == "muted"
        await run["notify.unmute"]("")
        assert not stage.quiet.state().on


@pytest.mark.parametrize(
    ("action", "argument", "kind"),
    [
        ("alert.acknowledge", "nope", NotFound),
        ("alert.snooze", "nope:60", NotFound),
        ("alert.snooze", "disk.low", BadInput),
        ("alert.snooze", "disk.low:-5", BadInput),
        ("alert.snooze", "disk.low:99999999999999999999", BadInput),
        ("notify.mute", "soon", BadInput),
        ("notify.mute", "999999999", BadInput),
    ],
)
async def test_a_button_that_asks_nonsense(tmp_path: Path, action: str, argument: str, kind: type[Exception]) -> None:
    async with started(tmp_path) as stage:
        with pytest.raises(kind):
            await alert_actions(stage.desk, stage.quiet)[action](argument)


async def test_a_mute_through_the_running_application(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await client.call("desktop.action", id="notify.mute:1800")
        listed = await client.call("alerts.list")
        assert listed["quiet"]["because"] == "muted"  # type: ignore[index]
        await client.call("desktop.action", id="notify.unmute")
        listed = await client.call("alerts.list")
        assert listed["quiet"]["on"] is False  # type: ignore[index]
