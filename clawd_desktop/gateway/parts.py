"""Builds what several topics of the gateway share: who is connected, what runs, what waits for the owner."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.message_relay import MessageRelay
from clawd_desktop.gateway.node_commands import CommandRules
from clawd_desktop.gateway.node_feed import NodeFeed
from clawd_desktop.gateway.nodes import NodeRegistry
from clawd_desktop.gateway.pairing_notice import PairingNotices
from clawd_desktop.gateway.passes import Passes
from clawd_desktop.gateway.presence import Presence
from clawd_desktop.gateway.run_relay import RunRelay
from clawd_desktop.gateway.secret_change import SecretChange
from clawd_desktop.gateway.services import Services
from clawd_desktop.gateway.summaries import Summaries
from clawd_desktop.gateway.visitors import Visitors
from clawd_desktop.sandbox.approvals import Approvals


@dataclass(frozen=True)
class Parts:
    """What several topics of methods and paths share."""

    broadcaster: Broadcaster
    devices: Devices
    presence: Presence
    summaries: Summaries
    relay: RunRelay
    visitors: Visitors
    nodes: NodeRegistry
    feed: NodeFeed
    approvals: Approvals
    secret_change: SecretChange
    passes: Passes


async def make_parts(stack: AsyncExitStack, services: Services) -> Parts:
    """All parts, listening and closed by `stack`."""
    broadcaster = Broadcaster()
    store = DeviceStore(services.paths.state)
    devices = Devices(store, services.clock, services.bus, broadcaster.publish)
    await devices.open()
    stack.push_async_callback(devices.close)
    stack.callback(PairingNotices(devices, services.notices, services.clock).listen(services.bus))
    summaries = Summaries(
        lambda: services.config.config,
        services.sessions,
        services.catalog,
        services.status,
        services.wakes.waiting,
        services.clock,
    )
    relay = RunRelay(services.bus, broadcaster, services.clock, lambda key: _shows_tools(services, key))
    stack.callback(relay.close)
    stack.callback(MessageRelay(services.bus, broadcaster).close)
    visitors, nodes = Visitors(), NodeRegistry(lambda: _command_rules(services))
    nodes.listen(visitors)
    feed = NodeFeed(services.assistant.canonical)
    feed.listen(visitors)
    broadcaster.overhear(feed.overhear)
    approvals = Approvals(services.bus, services.clock)
    visitors.on_departure(lambda client: approvals.left(client.connection_id))
    return Parts(
        broadcaster,
        devices,
        Presence(services.clock, services.version),
        summaries,
        relay,
        visitors,
        nodes,
        feed,
        approvals,
        SecretChange(devices, store.secrets, services.notices, services.clock),
        Passes(services.clock),
    )


def _command_rules(services: Services) -> CommandRules:
    nodes = services.config.config.gateway.nodes
    return CommandRules(nodes.allow_commands, nodes.deny_commands)


def _shows_tools(services: Services, key: str) -> bool:
    entry = services.sessions.entry(key)
    own = entry.verbose_level if entry is not None else ""
    return (own or services.config.config.agents.defaults.verbose_default) in ("on", "full")
