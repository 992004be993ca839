"""The whole configuration; each section is loaded and checked when it is first needed, to start fast and stay small."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Generic, Self, TypeVar, cast, overload

from clawd_desktop.config.schema.base import Section
from clawd_desktop.core.values import JsonObject, JsonValue

if TYPE_CHECKING:
    from clawd_desktop.config.schema.agents import Agents
    from clawd_desktop.config.schema.automation import Cron, Hooks
    from clawd_desktop.config.schema.backup import Backup
    from clawd_desktop.config.schema.channels import Channels
    from clawd_desktop.config.schema.desktop import Browser, CanvasHost, Discovery, Talk, Ui
    from clawd_desktop.config.schema.gateway import Gateway
    from clawd_desktop.config.schema.logs import Diagnostics, Logging
    from clawd_desktop.config.schema.messages import Approvals, Broadcast, Commands, Messages
    from clawd_desktop.config.schema.models import Models
    from clawd_desktop.config.schema.monitoring import Cache, Monitoring, Resources
    from clawd_desktop.config.schema.session import Session
    from clawd_desktop.config.schema.setup import (
        Audio,
        AuthOrder,
        Env,
        Media,
        Meta,
        NodeHost,
        Plugins,
        Skills,
        Update,
        WebChannel,
        Wizard,
    )
    from clawd_desktop.config.schema.tools import Tools

S = TypeVar("S", bound=Section)
_PACKAGE = "clawd_desktop.config.schema"


class Lazy(Generic[S]):
    """A section: its key in the file, where its model lives, and what forms call it."""

    def __init__(self, key: str, place: str, title: str) -> None:
        self.key = key
        self.title = title
        self._module, self._name = place.split(":")

    def model(self) -> type[S]:
        """The section's model; imports it."""
        return cast("type[S]", getattr(import_module(f"{_PACKAGE}.{self._module}"), self._name))

    @overload
    def __get__(self, config: None, owner: type[Config]) -> Self: ...

    @overload
    def __get__(self, config: Config, owner: type[Config]) -> S: ...

    def __get__(self, config: Config | None, owner: type[Config]) -> Self | S:
        return self if config is None else cast(S, config.section(self.key))


class Config:
    """A whole configuration, immutable. `raw` holds the checked JSON, unknown keys included.

    Made by `check.checked`, which says what is wrong; reading a section that is wrong raises pydantic's
    ValidationError, as does `Config.model_validate` for any.
    """

    gateway: Lazy[Gateway] = Lazy("gateway", "gateway:Gateway", "Gateway")
    agents: Lazy[Agents] = Lazy("agents", "agents:Agents", "Agents")
    models: Lazy[Models] = Lazy("models", "models:Models", "Models")
    channels: Lazy[Channels] = Lazy("channels", "channels:Channels", "Channels")
    session: Lazy[Session] = Lazy("session", "session:Session", "Sessions")
    messages: Lazy[Messages] = Lazy("messages", "messages:Messages", "Messages")
    tools: Lazy[Tools] = Lazy("tools", "tools:Tools", "Tools")
    commands: Lazy[Commands] = Lazy("commands", "messages:Commands", "Commands")
    approvals: Lazy[Approvals] = Lazy("approvals", "messages:Approvals", "Approvals")
    logging: Lazy[Logging] = Lazy("logging", "logs:Logging", "Logging")
    cron: Lazy[Cron] = Lazy("cron", "automation:Cron", "Planned work")
    hooks: Lazy[Hooks] = Lazy("hooks", "automation:Hooks", "Hooks")
    ui: Lazy[Ui] = Lazy("ui", "desktop:Ui", "Look")
    env: Lazy[Env] = Lazy("env", "setup:Env", "Environment")
    auth: Lazy[AuthOrder] = Lazy("auth", "setup:AuthOrder", "Accounts")
    skills: Lazy[Skills] = Lazy("skills", "setup:Skills", "Skills")
    browser: Lazy[Browser] = Lazy("browser", "desktop:Browser", "Browser")
    talk: Lazy[Talk] = Lazy("talk", "desktop:Talk", "Speech")
    plugins: Lazy[Plugins] = Lazy("plugins", "setup:Plugins", "Plugins")
    broadcast: Lazy[Broadcast] = Lazy("broadcast", "messages:Broadcast", "Broadcast")
    canvas_host: Lazy[CanvasHost] = Lazy("canvasHost", "desktop:CanvasHost", "Canvas")
    discovery: Lazy[Discovery] = Lazy("discovery", "desktop:Discovery", "Discovery")
    web: Lazy[WebChannel] = Lazy("web", "setup:WebChannel", "WhatsApp Web")
    node_host: Lazy[NodeHost] = Lazy("nodeHost", "setup:NodeHost", "Node")
    audio: Lazy[Audio] = Lazy("audio", "setup:Audio", "Audio")
    media: Lazy[Media] = Lazy("media", "setup:Media", "Media")
    diagnostics: Lazy[Diagnostics] = Lazy("diagnostics", "logs:Diagnostics", "Diagnostics")
    monitoring: Lazy[Monitoring] = Lazy("monitoring", "monitoring:Monitoring", "Monitoring")
    resources: Lazy[Resources] = Lazy("resources", "monitoring:Resources", "Resources")
    cache: Lazy[Cache] = Lazy("cache", "monitoring:Cache", "Cache")
    backup: Lazy[Backup] = Lazy("backup", "backup:Backup", "Backups")
    update: Lazy[Update] = Lazy("update", "setup:Update", "Updates")
    wizard: Lazy[Wizard] = Lazy("wizard", "setup:Wizard", "Set-up")
    meta: Lazy[Meta] = Lazy("meta", "setup:Meta", "File")

    def __init__(self, raw: JsonObject | None = None) -> None:
        self.raw: JsonObject = raw or {}
        self._sections: dict[str, Section] = {}

    @classmethod
    def model_validate(cls, raw: JsonObject) -> Config:
        """The configuration that `raw` says, every section checked. Raises pydantic's ValidationError."""
        config = cls(raw)
        for key in raw.keys() & SECTIONS.keys():
            config.section(key)
        return config

    def section(self, key: str) -> Section:
        """The section with that key in the file, with its defaults. Raises KeyError when no section has it."""
        found = self._sections.get(key)
        if found is None:
            # The text "null" would be refused by models; a section set to null is one that is not there.
            value = self.raw.get(key)
            found = SECTIONS[key].model().model_validate({} if value is None else value, by_alias=True, by_name=False)
            self._sections[key] = found
        return found

    def bindings(self) -> tuple[JsonObject, ...]:
        """Which messages go to which agent, as the file says it."""
        rows = self.raw.get("bindings")
        return tuple(row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()

    def with_defaults(self, keys: tuple[str, ...] = ()) -> JsonObject:
        """The configuration as JSON with the defaults of the sections that it holds, and of those in `keys`."""
        whole: JsonObject = dict(self.raw)
        for key in dict.fromkeys([*keys, *self.raw]):
            if key in SECTIONS:
                whole[key] = cast(
                    JsonValue, self.section(key).model_dump(mode="json", by_alias=True, exclude_none=True)
                )
        return whole

    def __repr__(self) -> str:
        return f"<Config of {', '.join(self.raw) or 'defaults'}>"


SECTIONS: dict[str, Lazy[Section]] = {
    value.key: cast("Lazy[Section]", value) for value in vars(Config).values() if isinstance(value, Lazy)
}
# Sections that are no object, or that later versions of Clawdbot know: kept, and not warned of.
OTHER_KEYS = frozenset({"bindings", "$schema", "$include"})
