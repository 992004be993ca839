"""Builds the gateway from the services of the application and connects its parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from clawd_desktop.gateway.actions import Actions
from clawd_desktop.gateway.alert_news import AlertNews, alert_actions
from clawd_desktop.gateway.approval_news import ApprovalNews
from clawd_desktop.gateway.audited import audited
from clawd_desktop.gateway.backup_news import BackupNews
from clawd_desktop.gateway.config_return import ConfigReturn
from clawd_desktop.gateway.failure_store import FailureStore
from clawd_desktop.gateway.hook_access import HookAccess
from clawd_desktop.gateway.host import RESTARTING, GatewayHost
from clawd_desktop.gateway.http.offered import http_paths
from clawd_desktop.gateway.live_config import GO_BACK, LiveConfig
from clawd_desktop.gateway.methods import build_table
from clawd_desktop.gateway.parts import make_parts
from clawd_desktop.gateway.pass_desk import PassDesk
from clawd_desktop.gateway.planned_backups import keep_backups
from clawd_desktop.gateway.self_check import watch_services
from clawd_desktop.gateway.server import Offered
from clawd_desktop.gateway.server_maker import ServerMaker
from clawd_desktop.gateway.services import Services
from clawd_desktop.gateway.topics import node_topics, operation_topics, topics_of
from clawd_desktop.operations import folder_rights
from clawd_desktop.operations.gateway_password import GatewayPassword
from clawd_desktop.operations.plain_secrets import PlainSecretsMover
from clawd_desktop.operations.supervisor import ACTION as SERVICE_ACTION
from clawd_desktop.system.processes import port_owner


@dataclass(frozen=True)
class Gatehouse:
    """The gateway as the rest of the application handles it."""

    host: GatewayHost
    run_action: Callable[[str], Awaitable[None]]
    passes: PassDesk


async def assemble(stack: AsyncExitStack, services: Services) -> Gatehouse:
    """Everything up to the server, which `host.start` makes; `stack` closes it all."""
    parts = await make_parts(stack, services)
    password = GatewayPassword(services.config, services.secrets, services.notices, services.clock, services.learn)
    mover = PlainSecretsMover(services.config, services.secrets, services.notices, services.clock, services.learn)
    maker = ServerMaker(stack, services, parts, password, mover)
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

    actions.also({SERVICE_ACTION: services.operations.supervisor.restart, **services.actions})
    news = ApprovalNews(parts.approvals, services.notices, services.clock, parts.broadcaster.publish)
    stack.callback(news.listen(services.bus))
    actions.also({"approval.once": news.allow_once, "approval.always": news.allow_always, "approval.deny": news.deny})
    stack.callback(AlertNews(parts.broadcaster, services.clock).listen(services.bus))
    stack.callback(BackupNews(parts.broadcaster, services.clock).listen(services.bus))
    actions.also(keep_backups(stack, services))
    actions.also(alert_actions(services.operations.alerts, services.operations.quiet))
    topics = (
        *topics_of(services, parts, actions, restart),
        *await node_topics(stack, services, parts),
        *operation_topics(services, parts),
    )
    methods = audited(build_table(topics), services.operations.ledger)
    maker.offered = Offered(methods, http_paths(stack, services))
    hooks = HookAccess(
        services.config,
        services.secrets,
        services.notices,
        services.clock,
        services.learn,
        maker.use_hooks,
        maker.opened_by,
    )
    if not services.safe_mode:
        stack.callback(hooks.listen(services.bus))
    stack.push_async_callback(hooks.close)
    back = ConfigReturn(services.config, host, services.bus, lambda: services.operations.supervisor.repairs)
    stack.callback(back.listen())
    actions.also({GO_BACK: back.go_back})
    live.listen(services.bus)
    stack.push_async_callback(live.close)
    services.config.start()
    stack.push_async_callback(services.config.stop)
    watch_services(stack, services, host)
    passes = PassDesk(parts.passes, lambda: host.addresses, lambda: services.config.config.gateway.control_ui)
    return Gatehouse(host, actions.run, passes)
