"""Which sinks there are: those that are always there, and those of the configuration, one row per kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clawd_desktop.config.schema.monitoring import Sink as SinkSettings
from clawd_desktop.config.secret_refs import resolve
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.ports import ChannelSender, Secrets
from clawd_desktop.operations.alert_rules import IMPORTANCES, Importance
from clawd_desktop.operations.alert_sinks import screen, webhook
from clawd_desktop.operations.alert_sinks.channel import CHAT, ChannelSink
from clawd_desktop.operations.alert_sinks.command import CommandSink
from clawd_desktop.operations.alert_sinks.log import LogSink
from clawd_desktop.operations.alert_sinks.port import Sink
from clawd_desktop.operations.alert_sinks.webhook import Address, WebhookSink
from clawd_desktop.operations.units import Unit, parsed

LOG = "log"
_AT_ONCE_S = 5.0
_SLACK_S = 5.0


@dataclass(frozen=True)
class Suppliers:
    """What sinks work with. `learn` hides a secret from the logs; `environ` is scrubbed for programs."""

    sender: ChannelSender
    secrets: Secrets
    learn: Callable[[str], None]
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SinkPlan:
    """One sink as it is wanted. `least` is the least important alert that it is told."""

    name: str
    settings: SinkSettings
    least: Importance

    @property
    def is_screen(self) -> bool:
        """Whether it is a degree of the notice on this computer's screen."""
        return self.settings.type in screen.KINDS

    @property
    def is_loud(self) -> bool:
        """Whether it disturbs somebody, so that quiet hours hold it back."""
        return not self.is_screen and self.settings.type != LOG


# Always there, unless one of that name in the configuration says otherwise.
BUILT_IN: Mapping[str, SinkSettings] = {
    "notification": SinkSettings(type="notification", min_severity="warning"),
    "badge": SinkSettings(type="badge", min_severity="info"),
    LOG: SinkSettings(type="log", min_severity="info"),
}
# There for those who name them.
_ON_DEMAND: Mapping[str, SinkSettings] = {
    "sound": SinkSettings(type="sound", min_severity="critical"),
    CHAT: SinkSettings(type="channel", channel=CHAT),
}


def plans(configured: Mapping[str, SinkSettings]) -> tuple[SinkPlan, ...]:
    """The sinks that are used."""
    wanted = {**BUILT_IN, **configured}
    return tuple(SinkPlan(name, one, IMPORTANCES[one.min_severity]) for name, one in wanted.items() if one.enabled)


def on_demand(name: str) -> SinkPlan | None:
    """A sink that works without settings, for a rule that names it."""
    settings = _ON_DEMAND.get(name)
    return SinkPlan(name, settings, IMPORTANCES[settings.min_severity]) if settings is not None else None


def make_sink(plan: SinkPlan, suppliers: Suppliers) -> tuple[Sink, float]:
    """The sink and the limit in seconds for one message. Raises BadInput that names what the settings lack."""
    settings, where = plan.settings, f"monitoring.sinks.{plan.name}"
    timeout_s = max(0.1, parsed(settings.timeout, Unit.SECONDS))
    if settings.type == "webhook":
        if not settings.url:
            raise BadInput(f"{where}.url is missing.", hint="Write the address that alerts are posted to.")
        pauses = sum(webhook.BACKOFF_S * 2**attempt for attempt in range(webhook.RETRIES))
        limit = timeout_s * (webhook.RETRIES + 1) + pauses + _SLACK_S
        return WebhookSink(_address(settings, suppliers), timeout_s), limit
    if settings.type == "command":
        if not settings.command or not settings.command[0].strip():
            raise BadInput(f"{where}.command is missing.", hint="Write the program and its arguments as a list.")
        return CommandSink(settings.command, suppliers.environ, timeout_s), timeout_s + _SLACK_S
    if settings.type == "channel":
        if not settings.channel:
            raise BadInput(f"{where}.channel is missing.", hint=f"Write {CHAT} for the main conversation.")
        return ChannelSink(suppliers.sender, settings.channel, settings.to or ""), timeout_s + _SLACK_S
    return LogSink(), _AT_ONCE_S


def _address(settings: SinkSettings, suppliers: Suppliers) -> webhook.Resolve:
    async def found() -> Address:
        url = await resolve(settings.url or "", suppliers.secrets)
        headers = {name: await resolve(value, suppliers.secrets) for name, value in settings.headers.items()}
        for secret in (url, *headers.values()):
            suppliers.learn(secret)
        return Address(url, headers)

    return found
