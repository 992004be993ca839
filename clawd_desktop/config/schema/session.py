"""The `session` section: what belongs to one conversation and when a new one begins."""

from typing import Annotated, Literal

from pydantic import Field

from clawd_desktop.config.schema.base import Minutes, Names, Seconds, Section, option, part, table


class Reset(Section):
    """When a conversation starts anew."""

    mode: Literal["daily", "idle"] = option("daily", "New conversation", "Every day, or after a silence.")
    at_hour: Annotated[int, Field(ge=0, le=23, json_schema_extra={"unit": "h"})] = option(4, "At", "Hour of the day.")
    idle_minutes: Minutes | None = option(None, "After silence of", "Also after this silence.")


class ResetByType(Section):
    """Reset rules by kind of conversation."""

    dm: Reset | None = option(None, "Direct messages", "Rule for these.")
    group: Reset | None = option(None, "Groups", "Rule for these.")
    thread: Reset | None = option(None, "Threads", "Rule for these.")


class SendMatch(Section):
    """Which conversations a rule is for."""

    channel: str | None = option(None, "Channel", "Id of a channel.")
    chat_type: Literal["direct", "group", "channel"] | None = option(None, "Kind", "Kind of conversation.")
    key_prefix: str | None = option(None, "Key", "Start of the session key.")


class SendRule(Section):
    """One rule about sending."""

    action: Literal["allow", "deny"] = option("allow", "Action", "What the rule does.")
    match: SendMatch = part(SendMatch, "For", "Which conversations.")


class SendPolicy(Section):
    """Where answers may be sent."""

    default: Literal["allow", "deny"] = option("allow", "Otherwise", "When no rule fits.")
    rules: tuple[SendRule, ...] = option((), "Rules", "The first that fits counts.")


class PingPong(Section):
    """Agents that answer each other."""

    max_ping_pong_turns: Annotated[int, Field(ge=0, le=5)] = option(5, "Turns", "At most.")


class Session(Section):
    """Conversations."""

    scope: Literal["per-sender", "global"] = option("per-sender", "One conversation for", "Each sender, or all.")
    dm_scope: Literal["main", "per-peer", "per-channel-peer", "per-account-channel-peer"] = option(
        "main", "Direct messages", "main: all in your main conversation; otherwise one for each person."
    )
    identity_links: dict[str, Names] = table("Same person", "Name to channel:id of one person.", advanced=True)
    reset_triggers: Names = option(("/new", "/reset"), "New conversation on", "Words that begin a new one.")
    idle_minutes: Minutes | None = option(None, "After silence of", "Older form of reset.idleMinutes.", advanced=True)
    reset: Reset | None = option(None, "Reset", "When a conversation starts anew.")
    reset_by_type: ResetByType | None = option(None, "Reset by kind", "Different rules.", advanced=True)
    reset_by_channel: dict[str, Reset] = table("Reset by channel", "Different rules.", advanced=True)
    store: str | None = option(None, "Index file", "Path; may hold {agentId}.", advanced=True)
    typing_interval_seconds: Seconds | None = option(None, "Typing signal", "Between two signals.", advanced=True)
    typing_mode: Literal["never", "instant", "thinking", "message"] | None = option(
        None, "Typing starts", "When the signal begins.", advanced=True
    )
    main_key: str = option("main", "Main conversation", "Always main.", advanced=True)
    send_policy: SendPolicy | None = option(None, "Sending", "Where answers may be sent.", advanced=True)
    agent_to_agent: PingPong = part(PingPong, "Between agents", "Agents that answer each other.", advanced=True)
