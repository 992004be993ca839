"""Puts all paths of plain HTTP together from the services of the application."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.agent.errands import AssistantErrands
from clawd_desktop.agent.facts import OwnFacts
from clawd_desktop.automation.hook_desk import HookDesk
from clawd_desktop.config.paths import resource
from clawd_desktop.config.schema import Config
from clawd_desktop.core.notices import Severity
from clawd_desktop.gateway.hello import Limits, limits_of
from clawd_desktop.gateway.http import routes
from clawd_desktop.gateway.http.avatars import AvatarPaths
from clawd_desktop.gateway.http.canvas import CanvasPaths, canvas_root
from clawd_desktop.gateway.http.chat_completions import ChatCompletionPaths
from clawd_desktop.gateway.http.control_page import ControlPage
from clawd_desktop.gateway.http.health import HealthPaths
from clawd_desktop.gateway.http.hooks import HookPaths
from clawd_desktop.gateway.http.metrics import MetricsPaths
from clawd_desktop.gateway.http.models_list import ModelPaths
from clawd_desktop.gateway.http.responses import ResponsePaths
from clawd_desktop.gateway.http.run_desk import RunDesk
from clawd_desktop.gateway.http.targets import Targets
from clawd_desktop.gateway.http.tools_invoke import ToolPaths
from clawd_desktop.tools import all_tools

if TYPE_CHECKING:
    from clawd_desktop.gateway.services import Services


def http_paths(stack: AsyncExitStack, services: Services) -> tuple[routes.Paths, ...]:
    """All paths of plain HTTP; `stack` closes what stands behind them."""

    def config() -> Config:
        return services.config.config

    def limits() -> Limits:
        return limits_of(config().gateway)

    clock, facts = services.clock, OwnFacts(services.assistant, services.names)
    hook_desk = HookDesk(AssistantErrands(services.assistant), services.wakes, services.names.check)
    stack.push_async_callback(hook_desk.close)
    run_desk, targets = RunDesk(services.assistant, services.bus, clock, limits), Targets(config, facts)
    stack.callback(run_desk.close)
    pictures = services.operations.cache.namespace("avatars")
    return (
        HealthPaths(lambda: _unready(services)),
        HookPaths(hook_desk, config, clock),
        ToolPaths(all_tools(services.sessions, facts, config, clock), facts, config),
        ChatCompletionPaths(config, run_desk, targets, clock),
        ResponsePaths(config, run_desk, targets, clock),
        ModelPaths(config, services.paths.config_file, clock),
        MetricsPaths(config, services.operations.metrics, services.version),
        ControlPage(lambda: config().gateway.control_ui, lambda: resource("control_page")),
        AvatarPaths(config, lambda agent: _workspace_of(services, agent), limits, pictures),
        CanvasPaths(
            config,
            lambda: canvas_root(config(), services.workspace(), services.paths.user),
            limits,
        ),
    )


def _workspace_of(services: Services, agent: str) -> Path:
    named = next((each.workspace for each in services.config.config.agents.list if each.id.lower() == agent), None)
    return services.paths.user(named) if named else services.workspace()


def _unready(services: Services) -> tuple[str, ...]:
    return tuple(notice.title for notice in services.notices.current() if notice.severity is Severity.ERROR)
