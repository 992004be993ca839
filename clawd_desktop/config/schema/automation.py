"""The `cron` and `hooks` sections: work that starts by itself or from outside."""

from typing import Literal

from pydantic import ValidationInfo, field_validator

from clawd_desktop.config.schema.base import (
    ByteCount,
    Free,
    Names,
    Positive,
    Seconds,
    Secret,
    Section,
    option,
    part,
    table,
)


class Cron(Section):
    """Planned work."""

    enabled: bool = option(True, "Planned work", "Run jobs at their times.")
    store: str | None = option(None, "Job file", "Path; without: cron/jobs.json in the state folder.", advanced=True)
    max_concurrent_runs: Positive = option(1, "At once", "How many jobs may run.")


class HookMatch(Section):
    """Which requests a mapping is for."""

    path: str | None = option(None, "Path", "Behind the hook path.")
    source: str | None = option(None, "Source", "Value of `source` in the request.")


class HookMapping(Section):
    """What a request from outside sets off."""

    id: str | None = option(None, "Id", "Name of the mapping.")
    match: HookMatch = part(HookMatch, "For", "Which requests.")
    action: Literal["wake", "agent"] = option("agent", "Action", "wake the main session, or run an agent.")
    wake_mode: Literal["now", "next-heartbeat"] = option("now", "When", "At once, or at the next heartbeat.")
    name: str | None = option(None, "Name", "Shown with the message.")
    session_key: str | None = option(None, "Session", "Which session runs.")
    message_template: str | None = option(None, "Message", "With {{fields}} of the request.")
    text_template: str | None = option(None, "Text", "For wake, with {{fields}}.")
    deliver: bool | None = option(None, "Send", "Send the answer to a channel.")
    allow_unsafe_external_content: bool = option(False, "Trust content", "Do not fence it. Dangerous.", advanced=True)
    channel: str | None = option(None, "Channel", "Where the answer goes.")
    to: str | None = option(None, "To", "Recipient.")
    model: str | None = option(None, "Model", "provider/model.", advanced=True)
    thinking: str | None = option(None, "Thinking", "How much it reasons.", advanced=True)
    timeout_seconds: Seconds | None = option(None, "Limit", "Longest run.", advanced=True)
    transform: Free | None = option(None, "Transform", "Module and export.", advanced=True)


class Gmail(Section):
    """Mail that sets off a hook."""

    account: str | None = option(None, "Account", "Mail address.")
    push_token: Secret | None = option(None, "Push token", "Secret of the push subscription.")


class HookEntry(Section):
    """One internal hook."""

    enabled: bool | None = option(None, "Enabled", "Whether it runs.")
    env: dict[str, str] | None = option(None, "Environment", "Variables for it.", sensitive=True)


class InternalHooks(Section):
    """Hooks that run on the gateway's own events."""

    enabled: bool = option(False, "Internal hooks", "Run them.")
    entries: dict[str, HookEntry] = table("Hooks", "By name.")
    load: Free | None = option(None, "Folders", "Where else to look.", advanced=True)
    handlers: tuple[Free, ...] = option((), "Handlers", "Older form.", advanced=True)
    installs: Free | None = option(None, "Installed", "Where they came from.", advanced=True)


class Hooks(Section):
    """Requests from outside that set something off."""

    token: Secret | None = option(None, "Token", "What a request must show; needed when enabled.")
    enabled: bool = option(False, "Hooks", "Take requests from outside.")
    path: str = option("/hooks", "Path", "Where they come in.")
    max_body_bytes: ByteCount = option(262_144, "Largest request", "Longer ones are refused.")
    presets: Names = option((), "Presets", "Ready-made mappings, such as gmail.")
    transforms_dir: str | None = option(None, "Transforms", "Folder of transform modules.", advanced=True)
    mappings: tuple[HookMapping, ...] = option((), "Mappings", "What requests set off.")
    gmail: Gmail | None = option(None, "Gmail", "Mail that sets off a hook.", advanced=True)
    internal: InternalHooks = part(InternalHooks, "Internal", "On the gateway's own events.", advanced=True)

    @field_validator("enabled")
    @classmethod
    def _needs_token(cls, value: bool, info: ValidationInfo) -> bool:
        if value and not info.data.get("token"):
            raise ValueError("true needs hooks.token to be set")
        return value
