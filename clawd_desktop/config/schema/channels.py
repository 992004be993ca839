"""The `channels` section: where people write to the assistant, and who may."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from clawd_desktop.config.schema.base import (
    Characters,
    Count,
    Free,
    Megabytes,
    Milliseconds,
    Names,
    Secret,
    Section,
    option,
    part,
    table,
)
from clawd_desktop.config.schema.heartbeat import HeartbeatDisplay
from clawd_desktop.config.schema.tool_policy import Policy

DmPolicy = Literal["pairing", "allowlist", "open", "disabled"]
GroupPolicy = Literal["open", "disabled", "allowlist"]


class Group(Section):
    """Rules of one group, or of all with the key "*"."""

    open_keys = True
    require_mention: bool | None = option(None, "Only when called", "Answer only when mentioned.")
    enabled: bool | None = option(None, "Enabled", "Whether it answers here at all.")
    allow_from: Names | None = option(None, "Who may", "Senders in this group.")
    tools: Policy | None = option(None, "Tools", "What may be used here.")
    tools_by_sender: dict[str, Policy] | None = option(None, "Tools by sender", "Different by sender.", advanced=True)


class Retry(Section):
    """How often sending is tried."""

    attempts: Count = option(3, "Tries", "At most.")
    min_delay_ms: Milliseconds = option(500, "First wait", "Before the second try.")
    max_delay_ms: Milliseconds = option(30_000, "Longest wait", "Between two tries.")
    jitter: float = option(0.1, "Chance", "Share of the wait.")


class Account(Section):
    """One account on a channel. `dmPolicy` "open" needs "*" in `allowFrom`."""

    open_keys = True
    enabled: bool | None = option(None, "Enabled", "Whether it is connected.")
    name: str | None = option(None, "Name", "For lists.")
    allow_from: Names = option((), "Who may write", 'Ids or numbers; "*": everyone.')
    dm_policy: DmPolicy = option("pairing", "Strangers", "pairing: they get a code that you approve.")
    group_allow_from: Names | None = option(None, "Who may in groups", "Ids or numbers.")
    group_policy: GroupPolicy = option("allowlist", "Groups", "Which groups are answered.")
    groups: dict[str, Group] = table("Groups", 'Rules by group id, or "*".')
    capabilities: object = option(None, "Abilities", "What the channel can do.", advanced=True)
    config_writes: bool = option(
        True, "Changes the file", "Let the channel write into the configuration.", advanced=True
    )
    history_limit: Count | None = option(None, "Context", "Group messages that are seen.")
    dm_history_limit: Count | None = option(None, "Direct context", "Direct messages that are seen.")
    dms: Free | None = option(None, "By person", "Rules by id.", advanced=True)
    text_chunk_limit: Characters = option(4_000, "Longest message", "Longer ones are split.")
    chunk_mode: Literal["length", "newline"] = option("length", "Split at", "Length, or line ends.", advanced=True)
    block_streaming: bool | None = option(None, "In pieces", "Send while it writes.", advanced=True)
    block_streaming_coalesce: Free | None = option(None, "Joining", "Of pieces.", advanced=True)
    media_max_mb: Megabytes | None = option(None, "Largest attachment", "Larger ones are not taken.")
    markdown: Free | None = option(None, "Markdown", "How tables are sent.", advanced=True)
    heartbeat: HeartbeatDisplay | None = option(None, "Heartbeat", "What of it is shown.", advanced=True)
    retry: Retry | None = option(None, "Again", "How often sending is tried.", advanced=True)
    bot_token: Secret | None = option(None, "Bot token", "Secret of the bot.")
    token: Secret | None = option(None, "Token", "Secret of the bot.")
    app_token: Secret | None = option(None, "App token", "Second secret, where there is one.")
    signing_secret: Secret | None = option(None, "Signing secret", "Proves who sends.")
    webhook_secret: Secret | None = option(None, "Webhook secret", "Proves who sends.")
    password: Secret | None = option(None, "Password", "Of the account.")
    app_password: Secret | None = option(None, "App password", "Of the app.")

    @field_validator("dm_policy")
    @classmethod
    def _open_says_so(cls, value: DmPolicy, info: ValidationInfo) -> DmPolicy:
        if value == "open" and "*" not in info.data.get("allow_from", ()):
            raise ValueError('"open" lets everyone in and needs allowFrom to hold "*"')
        return value


class Channel(Account):
    """One channel; its accounts take what they do not say from it."""

    accounts: dict[str, Account] = table("Accounts", "Several accounts by id.")


class ChannelDefaults(Section):
    """What holds for every channel."""

    group_policy: GroupPolicy | None = option(None, "Groups", "Which groups are answered.")
    heartbeat: HeartbeatDisplay = part(HeartbeatDisplay, "Heartbeat", "What of it is shown.")


class Channels(Section):
    """All channels by id, as `channels["telegram"]`; ids are those in the file."""

    open_keys = True
    entry = Channel
    __pydantic_extra__: dict[str, Channel] = Field(init=False)
    defaults: ChannelDefaults = part(ChannelDefaults, "Defaults", "What holds for every channel.")

    def __getitem__(self, channel: str) -> Channel:
        return self.__pydantic_extra__[channel]

    def __contains__(self, channel: str) -> bool:
        return channel in self.__pydantic_extra__

    def get(self, channel: str) -> Channel | None:
        """The channel's settings, None when the file does not name it."""
        return self.__pydantic_extra__.get(channel)

    def ids(self) -> tuple[str, ...]:
        """Channels that the file names."""
        return tuple(self.__pydantic_extra__)

    def entries(self) -> Iterator[tuple[str, Channel]]:
        """Channels that the file names, with their settings."""
        yield from self.__pydantic_extra__.items()
