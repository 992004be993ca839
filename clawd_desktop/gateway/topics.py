"""Builds all methods of the socket from the services of the application."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from clawd_desktop.channels.pairing import ChannelPairing
from clawd_desktop.gateway.actions import Actions
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.methods import Topic
from clawd_desktop.gateway.methods.agent import AgentMethods
from clawd_desktop.gateway.methods.alerts import AlertMethods
from clawd_desktop.gateway.methods.approvals import ApprovalMethods
from clawd_desktop.gateway.methods.audit import AuditMethods
from clawd_desktop.gateway.methods.backups import BackupMethods
from clawd_desktop.gateway.methods.browser import BrowserMethods
from clawd_desktop.gateway.methods.channels import ChannelMethods
from clawd_desktop.gateway.methods.chat import ChatMethods
from clawd_desktop.gateway.methods.config import ConfigMethods
from clawd_desktop.gateway.methods.cron import CronMethods
from clawd_desktop.gateway.methods.desktop import DesktopMethods
from clawd_desktop.gateway.methods.devices import DeviceMethods
from clawd_desktop.gateway.methods.diagnostics import DiagnosticMethods
from clawd_desktop.gateway.methods.drills import DrillMethods
from clawd_desktop.gateway.methods.health import HealthMethods
from clawd_desktop.gateway.methods.metrics import MetricMethods
from clawd_desktop.gateway.methods.node_pairing import NodePairingMethods
from clawd_desktop.gateway.methods.nodes import NodeMethods
from clawd_desktop.gateway.methods.profiles import ProfileMethods
from clawd_desktop.gateway.methods.resources import ResourceMethods
from clawd_desktop.gateway.methods.restores import RestoreMethods
from clawd_desktop.gateway.methods.services import ServiceMethods
from clawd_desktop.gateway.methods.session_lists import SessionListMethods
from clawd_desktop.gateway.methods.session_live import SessionLiveMethods
from clawd_desktop.gateway.methods.sessions import SessionMethods
from clawd_desktop.gateway.methods.skills import SkillMethods
from clawd_desktop.gateway.methods.system import SystemMethods
from clawd_desktop.gateway.methods.traces import TraceMethods
from clawd_desktop.gateway.methods.tts import TtsMethods
from clawd_desktop.gateway.methods.update import UpdateMethods
from clawd_desktop.gateway.methods.usage import UsageMethods
from clawd_desktop.gateway.methods.voice import VoiceMethods
from clawd_desktop.gateway.methods.wizard import WizardMethods
from clawd_desktop.gateway.node_events import NodeReports
from clawd_desktop.gateway.node_pairing import NodePairing
from clawd_desktop.gateway.parts import Parts
from clawd_desktop.gateway.services import Services
from clawd_desktop.models.discovery import local_servers
from clawd_desktop.sandbox.approval_file import ApprovalFile
from clawd_desktop.sandbox.lasting import LastingApprovals


def topics_of(services: Services, parts: Parts, actions: Actions, restart: Callable[[int], None]) -> tuple[Topic, ...]:
    """All methods of the socket; `methods.order` says in which order clients are told of them."""
    clock, assistant, sessions, summaries = services.clock, services.assistant, services.sessions, parts.summaries
    state, config, secrets, learn = services.paths.state, services.config, services.secrets, services.learn
    broadcaster, catalog = parts.broadcaster, services.catalog
    return (
        HealthMethods(summaries, parts.presence, services.operations.log, clock),
        SystemMethods(services.wakes, parts.presence, broadcaster),
        UsageMethods(services.usage, clock),
        ConfigMethods(config, restart, clock),
        WizardMethods(config, secrets, catalog, local_servers(services.operations.cache), learn, clock),
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
        ChatMethods(assistant, sessions, parts.relay, lambda: config.config.gateway.history_limit),
        DesktopMethods(actions.run),
    )


async def node_topics(stack: AsyncExitStack, services: Services, parts: Parts) -> tuple[Topic, ...]:
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


def operation_topics(services: Services, parts: Parts) -> tuple[Topic, ...]:
    """The methods that show and steer what watches, keeps and repairs."""
    operations = services.operations
    return (
        MetricMethods(operations.metrics, services.clock),
        AlertMethods(operations.alerts, operations.quiet),
        ServiceMethods(operations.supervisor),
        TraceMethods(operations.traces, operations.inspector, lambda: services.config.config.diagnostics.tracing),
        ProfileMethods(operations.profiler),
        DiagnosticMethods(operations.doctor, operations.report),
        AuditMethods(operations.ledger),
        ResourceMethods(operations.resources, operations.cache, services.config, services.clock, operations.ledger),
        BackupMethods(services.backups, operations.ledger, services.drills),
        DrillMethods(services.drills, operations.ledger),
        RestoreMethods(services.restores),
    )
