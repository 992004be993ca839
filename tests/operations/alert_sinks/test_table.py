"""Which sinks there are, with how long a message may take them, and what their settings lack."""

from __future__ import annotations

import pytest
from alert_messages import DISK
from alert_stage import Chat, Drawer

from clawd_desktop.config.schema.monitoring import Sink
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.operations.alert_rules import Importance
from clawd_desktop.operations.alert_sinks.channel import ChannelSink
from clawd_desktop.operations.alert_sinks.command import CommandSink
from clawd_desktop.operations.alert_sinks.log import LogSink
from clawd_desktop.operations.alert_sinks.table import SinkPlan, Suppliers, make_sink, on_demand, plans
from clawd_desktop.operations.alert_sinks.webhook import WebhookSink


def sinks(**configured: dict[str, object]) -> dict[str, SinkPlan]:
    return {plan.name: plan for plan in plans({name: Sink.model_validate(one) for name, one in configured.items()})}


def plan(**settings: object) -> SinkPlan:
    return SinkPlan("mine", Sink.model_validate(settings), Importance.WARNING)


def suppliers(learned: list[str] | None = None, **secrets: str) -> Suppliers:
    return Suppliers(Chat(), Drawer(**secrets), (learned if learned is not None else []).append, {})


def test_three_are_always_there_and_can_be_changed_or_switched_off() -> None:
    assert {name: one.least.word for name, one in sinks().items()} == {
        "notification": "warning", "badge": "info", "log": "info",
    }  # fmt: skip
    changed = sinks(
        notification={"enabled": False}, log={"type": "log", "minSeverity": "critical"},
        phone={"type": "webhook", "url": "https://x.org", "minSeverity": "info"},
    )  # fmt: skip
    assert {name: one.least.word for name, one in changed.items()} == {
        "badge": "info", "log": "critical", "phone": "info",
    }  # fmt: skip


def test_two_are_there_for_whoever_names_them() -> None:
    sound, chat = on_demand("sound"), on_demand("chat")
    assert sound is not None
    assert sound.is_screen
    assert chat is not None
    assert chat.is_loud
    assert on_demand("nope") is None


@pytest.mark.parametrize(
    ("settings", "kind", "limit_s"),
    [
        ({"type": "log"}, LogSink, 5),
        ({"type": "webhook", "url": "https://x.org", "timeout": "2s"}, WebhookSink, 2 * 4 + 7 + 5),
        ({"type": "command", "command": ["true"], "timeout": "1m"}, CommandSink, 65),
        ({"type": "channel", "channel": "chat"}, ChannelSink, 15),
    ],
)
def test_each_kind_with_its_limit(settings: dict[str, object], kind: type, limit_s: float) -> None:
    sink, limit = make_sink(plan(**settings), suppliers())
    assert isinstance(sink, kind)
    assert limit == limit_s


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"type": "webhook"}, "monitoring.sinks.mine.url is missing"),
        ({"type": "command"}, "monitoring.sinks.mine.command is missing"),
        ({"type": "command", "command": [" "]}, "monitoring.sinks.mine.command is missing"),
        ({"type": "channel"}, "monitoring.sinks.mine.channel is missing"),
    ],
)
def test_what_is_missing_is_named(settings: dict[str, object], missing: str) -> None:
    with pytest.raises(BadInput, match=missing):
        make_sink(plan(**settings), suppliers())


async def test_secret_addresses_and_headers_are_looked_up_and_hidden() -> None:
    learned: list[str] = []
    settings = {"type": "webhook", "url": "keyring:hook", "headers": {"Authorization": "keyring:key"}}
    known = suppliers(learned, hook="http://127.0.0.1:1/secret-path", key="Bearer s3cret")
    sink, _ = make_sink(plan(**settings), known)
    assert isinstance(sink, WebhookSink)
    address = await sink._resolve()
    assert (address.url, address.headers) == ("http://127.0.0.1:1/secret-path", {"Authorization": "Bearer s3cret"})
    assert learned == ["http://127.0.0.1:1/secret-path", "Bearer s3cret"]
    lost, _ = make_sink(plan(**settings), suppliers())
    with pytest.raises(NotFound, match="keyring"):
        await lost.send(DISK)
