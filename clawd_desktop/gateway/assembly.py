"""Builds the gateway from the services of the application: its stores, its table of methods, its paths, its server."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.model_names import CatalogNames
from clawd_desktop.agent.wakes import Wakes
from clawd_desktop.channels.pairing import ChannelPairing
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.schema.gateway import Gateway
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.actions import Actions
from clawd_desktop.gateway.approval_news import ApprovalNews
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.entrance import Entrance
from clawd_desktop.gateway.failure_store import FailureStore
from clawd_desktop.gateway.gate import CANVAS, AuthMode, Credentials, Gate, digest
from clawd_desktop.gateway.hello import Facts, limits_of
from clawd_desktop.gateway.hook_access import HookAccess
from clawd_desktop.gateway.host import RESTARTING, GatewayHost
from clawd_desktop.gateway.http.canvas import is_on
from clawd_desktop.gateway.http.offered import http_paths
from clawd_desktop.gateway.limiter import AuthLimiter
from clawd_desktop.gateway.live_config import LiveConfig
from clawd_desktop.gateway.message_relay import MessageRelay
from clawd_desktop.gateway.methods import Topic, build_table
from clawd_desktop.gateway.methods.agent import AgentMethods
from clawd_desktop.gateway.methods.approvals import ApprovalMethods
from clawd_desktop.gateway.methods.browser import BrowserMethods
from clawd_desktop.gateway.methods.channels import ChannelMethods
from clawd_desktop.gateway.methods.chat import ChatMethods
from clawd_desktop.gateway.methods.config import ConfigMethods
from clawd_desktop.gateway.methods.cron import CronMethods
from clawd_desktop.gateway.methods.desktop import DesktopMethods
from clawd_desktop.gateway.methods.devices import DeviceMethods
from clawd_desktop.gateway.methods.health import HealthMethods
from clawd_desktop.gateway.methods.node_pairing import NodePairingMethods
from clawd_desktop.gateway.methods.nodes import NodeMethods
from clawd_desktop.gateway.methods.session_lists import SessionListMethods
from clawd_desktop.gateway.methods.session_live import SessionLiveMethods
from clawd_desktop.gateway.methods.sessions import SessionMethods
from clawd_desktop.gateway.methods.skills import SkillMethods
from clawd_desktop.gateway.methods.system import SystemMethods
from clawd_desktop.gateway.methods.tts import TtsMethods
from clawd_desktop.gateway.methods.update import UpdateMethods
from clawd_desktop.gateway.methods.usage import UsageMethods
from clawd_desktop.gateway.methods.voice import VoiceMethods
from clawd_desktop.gateway.methods.wizard import WizardMethods
from clawd_desktop.gateway.node_commands import CommandRules
from clawd_desktop.gateway.node_events import NodeReports
from clawd_desktop.gateway.node_feed import NodeFeed
from clawd_desktop.gateway.node_pairing import NodePairing
from clawd_desktop.gateway.nodes import NodeRegistry
from clawd_desktop.gateway.pairing_notice import PairingNotices
from clawd_desktop.gateway.pass_desk import PassDesk
from clawd_desktop.gateway.passes import Passes
from clawd_desktop.gateway.presence import Presence
from clawd_desktop.gateway.pulse import HealthPulse
from clawd_desktop.gateway.run_relay import RunRelay
from clawd_desktop.gateway.secret_change import SecretChange
from clawd_desktop.gateway.server import GatewayServer, Offered, Surroundings, Watch
from clawd_desktop.gateway.summaries import Summaries
from clawd_desktop.gateway.visitors import Visitors
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.discovery import find_local_servers
from clawd_desktop.operations import folder_rights
from clawd_desktop.operations.gateway_password import GatewayPassword, SharedSecrets
from clawd_desktop.operations.plain_secrets import PlainSecretsMover
from clawd_desktop.operations.status import StatusCollector
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.sandbox.approval_file import ApprovalFile
from clawd_desktop.sandbox.approvals import Approvals
from clawd_desktop.sandbox.lasting import LastingApprovals
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.system.processes import port_owner
from clawd_desktop.system.secrets import SecretStore


@dataclass(frozen=True)
class Services:
    """What the application has and the gateway shows. `learn` hides a secret from the logs."""

    version: str
    paths: Paths
    clock: Clock
    bus: EventBus
    notices: NoticeBoard
    secrets: SecretStore
    config: ConfigStore
    log: Callable[[], Path]
    learn: Callable[[str], None]
    sessions: SessionStore
    catalog: Catalog
    names: CatalogNames
    assistant: Assistant
    wakes: Wakes
    usage: UsageLedger
    status: StatusCollector
    workspace: Callable[[], Path]
    attach: Callable[[], Awaitable[None]]
    quit_soon: Callable[[], None]


@dataclass(frozen=True)
class Gatehouse:
    """The gateway as the rest of the application handles it."""

    host: GatewayHost
    run_action: Callable[[str], Awaitable[None]]
    passes: PassDesk


@dataclass(frozen=True)
class _Parts:
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


async def assemble(stack: AsyncExitStack, services: Services) -> Gatehouse:
    """Everything up to the server, which `host.start` makes; `stack` closes it all."""
    parts = await _parts(stack, services)
    password = GatewayPassword(services.config, services.secrets, services.notices, services.clock, services.learn)
    mover = PlainSecretsMover(services.config, services.secrets, services.notices, services.clock, services.learn)
    maker = _ServerMaker(stack, services, parts, password, mover)
    failures = FailureStore(services.paths.own, maker.limiter, services.clock)
    await failures.open()
    stack.push_async_callback(failures.close)
    folder_rights.tell(services.paths.state, services.notices, services.clock)
    host = GatewayHost(
        maker.make,
        port_owner,
        lambda: services.config.config.gateway.port,
        services.bus,
        services.notices,
        services.clock,
    )
    stack.push_async_callback(host.close)
    live = LiveConfig(services.config, host, password, mover, services.notices, services.clock, maker)
    actions = Actions(
        host,
        services.assistant.pauses,
        services.secrets,
        mover,
        parts.devices,
        services.attach,
        services.quit_soon,
    )

    def restart(delay_ms: int) -> None:
        # Only what needs a restart gets one.
        if live.restart_due:
            host.restart_later(RESTARTING, delay_ms / 1000)

    news = ApprovalNews(parts.approvals, services.notices, services.clock, parts.broadcaster.publish)
    stack.callback(news.listen(services.bus))
    actions.also({"approval.once": news.allow_once, "approval.always": news.allow_always, "approval.deny": news.deny})
    topics = (*_topics(services, parts, actions, restart), *await _node_topics(stack, services, parts))
    maker.offered = Offered(build_table(topics), http_paths(stack, services))
    hooks = HookAccess(
        services.config,
        services.secrets,
        services.notices,
        services.clock,
        services.learn,
        maker.use_hooks,
        maker.opened_by,
    )
    stack.callback(hooks.listen(services.bus))
    stack.push_async_callback(hooks.close)
    live.listen(services.bus)
    stack.push_async_callback(live.close)
    services.config.start()
    stack.push_async_callback(services.config.stop)
    passes = PassDesk(parts.passes, lambda: host.addresses, lambda: services.config.config.gateway.control_ui)
    return Gatehouse(host, actions.run, passes)


async def _parts(stack: AsyncExitStack, services: Services) -> _Parts:
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
    return _Parts(
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


def _topics(services: Services, parts: _Parts, actions: Actions, restart: Callable[[int], None]) -> tuple[Topic, ...]:
    """All methods of the socket; `methods.order` says in which order clients are told of them."""
    clock, assistant, sessions, summaries = services.clock, services.assistant, services.sessions, parts.summaries
    state, config, secrets, learn = services.paths.state, services.config, services.secrets, services.learn
    broadcaster, catalog = parts.broadcaster, services.catalog
    return (
        HealthMethods(summaries, parts.presence, services.log, clock),
        SystemMethods(services.wakes, parts.presence, broadcaster),
        UsageMethods(services.usage, clock),
        ConfigMethods(config, restart, clock),
        WizardMethods(config, secrets, catalog, find_local_servers, learn, clock),
        UpdateMethods(services.version, clock),
        AgentMethods(assistant, sessions, parts.relay, summaries, catalog, clock),
        SessionListMethods(sessions, assistant, summaries, clock),
        SessionMethods(sessions, assistant, services.names),
        SessionLiveMethods(sessions, assistant, broadcaster.subscriptions),
        ChannelMethods(ChannelPairing(state / "credentials", clock), clock),
        CronMethods(state),
        SkillMethods(state, services.workspace, config, secrets, learn),
        VoiceMethods(state, broadcaster, lambda: (node.client.platform for node in parts.nodes.live().values()), clock),
        TtsMethods(state, lambda: config.environ),
        BrowserMethods(),
        DeviceMethods(parts.devices),
        ChatMethods(assistant, sessions, parts.relay),
        DesktopMethods(actions.run),
    )


async def _node_topics(stack: AsyncExitStack, services: Services, parts: _Parts) -> tuple[Topic, ...]:
    """The methods about nodes, and about commands that wait for an approval."""
    clock, assistant, summaries = services.clock, services.assistant, parts.summaries
    legacy = NodePairing(DeviceStore(services.paths.state, "nodes"), clock, parts.broadcaster.publish)
    await legacy.open()
    file = ApprovalFile(services.paths.exec_approvals, clock)
    stack.callback(LastingApprovals(parts.approvals, file).listen(services.bus))
    reports = NodeReports(assistant.submit, services.wakes.keep, summaries.main_key, parts.feed)
    return (
        NodePairingMethods(legacy),
        NodeMethods(parts.nodes, parts.devices, legacy, parts.approvals, reports, clock),
        ApprovalMethods(parts.approvals, file, parts.nodes),
    )


def _command_rules(services: Services) -> CommandRules:
    nodes = services.config.config.gateway.nodes
    return CommandRules(nodes.allow_commands, nodes.deny_commands)


class _ServerMaker:
    """Makes a server for each start of the gateway, with what the configuration says then."""

    def __init__(
        self,
        stack: AsyncExitStack,
        services: Services,
        parts: _Parts,
        password: GatewayPassword,
        mover: PlainSecretsMover,
    ) -> None:
        self.offered = Offered({}, ())
        self._services = services
        self._parts = parts
        self._password = password
        self._mover = mover
        self._found = SharedSecrets(None, None)
        self.limiter = AuthLimiter(services.clock)
        self._entrance = Entrance(self._gateway, services.paths, services.notices, services.clock)
        self._pulse = HealthPulse(parts.broadcaster, parts.summaries)
        stack.push_async_callback(self._pulse.close)
        self._server: GatewayServer | None = None
        self._gate: Gate | None = None
        self._hook_tokens: tuple[bytes, ...] = ()
        self._canvas = ""

    async def make(self) -> GatewayServer:
        """A server that does not listen yet. Raises SecretsFault when no secret can be found to guard it."""
        services, parts = self._services, self._parts
        found = await self._password.find()
        change = parts.secret_change.take(found.password, found.token)
        if parts.devices.any_silent():
            await change
        else:  # nothing could be ended: it must not hold up the start
            tasks.spawn(change, name="remember secret")
        self._mover.look()
        self._found = found
        way = await self._entrance.open(found)
        self._gate = gate = Gate(self._credentials(found), self.limiter, way.policy, parts.passes)
        self._canvas = secrets.token_urlsafe(32)
        services.learn(self._canvas)
        gate.canvas, gate.hook_tokens = digest(self._canvas), self._hook_tokens
        surroundings = Surroundings(services.version, self._facts, self._pulse.soon, way.places, way.tls)
        watch = Watch(services.clock, services.bus, parts.presence, parts.visitors)
        self._server = GatewayServer(
            self.offered, gate, parts.devices, parts.broadcaster, surroundings, watch, limits_of(self._gateway())
        )
        return self._server

    def use(self, found: SharedSecrets) -> None:
        """Put other secrets into force in the server that runs."""
        self._found = found
        if self._server is not None:
            self._server.use(self._credentials(found))
        tasks.spawn(self._parts.secret_change.take(found.password, found.token), name="secret changed")

    def use_hooks(self, tokens: tuple[bytes, ...]) -> None:
        """Let hooks be opened by the tokens with these digests, and by no others."""
        self._hook_tokens = tokens
        if self._gate is not None:
            self._gate.hook_tokens = tokens

    def opened_by(self, secret: bytes) -> bool:
        """Whether the secret with that digest opens the gateway itself."""
        return self._gate is not None and self._gate.still_valid(secret)

    def follow(self) -> None:
        """Put the limits and the rules of access that the configuration has now into force in the server that runs."""
        if self._server is not None:
            self._server.use_limits(limits_of(self._gateway()))
            self._server.use_policy(self._entrance.policy())

    def allowed(self) -> bool:
        """Whether the server that runs would be let listen again as it does now."""
        return self._entrance.allows(self._found)

    def _gateway(self) -> Gateway:
        return self._services.config.config.gateway

    def _credentials(self, found: SharedSecrets) -> Credentials:
        mode = AuthMode.TOKEN if self._gateway().auth.mode == "token" else AuthMode.PASSWORD
        return Credentials.of(mode, token=found.token, password=found.password)

    def _facts(self) -> Facts:
        services, summaries = self._services, self._parts.summaries
        defaults: JsonObject = {
            "defaultAgentId": summaries.default_agent(),
            "mainKey": summaries.main_key(),
            "mainSessionKey": services.assistant.canonical("main"),
            "scope": services.config.config.session.scope,
        }
        return Facts(
            str(services.paths.config_file),
            str(services.paths.state),
            defaults,
            summaries.health(),
            self._canvas_url(),
        )

    def _canvas_url(self) -> str:
        """Where the canvas is to be found by whom we let in, "" while it is off."""
        if self._server is None or not is_on(self._services.config.config):
            return ""
        address = next(iter(self._server.addresses), "")
        return f"http{address.removeprefix('ws')}{CANVAS}{self._canvas}" if address else ""


def _shows_tools(services: Services, key: str) -> bool:
    entry = services.sessions.entry(key)
    own = entry.verbose_level if entry is not None else ""
    return (own or services.config.config.agents.defaults.verbose_default) in ("on", "full")
