"""The `messages`, `commands`, `broadcast` and `approvals` sections: how messages come in and go out."""

from typing import Literal

from clawd_desktop.config.schema.agents import GroupChat
from clawd_desktop.config.schema.base import Count, Free, Milliseconds, Names, Section, option, part, table

QueueMode = Literal["steer", "followup", "collect", "steer-backlog", "steer+backlog", "interrupt", "queue"]
Switch = bool | Literal["auto"]


class Queue(Section):
    """What happens to a message that comes while another one is answered."""

    mode: QueueMode = option("collect", "Meanwhile", "collect: answer all of them together afterwards.")
    by_channel: dict[str, QueueMode] = table("By channel", "Different by channel.", advanced=True)
    debounce_ms: Milliseconds = option(1_000, "Wait", "For more messages.")
    debounce_ms_by_channel: dict[str, Milliseconds] = table("Wait by channel", "Different.", advanced=True)
    cap: Count = option(20, "At most", "Messages that wait.")
    drop: Literal["old", "new", "summarize"] = option("summarize", "Above that", "What happens to the rest.")


class Inbound(Section):
    """Messages that come quickly after each other."""

    debounce_ms: Milliseconds | None = option(None, "Wait", "Join messages within this time.")
    by_channel: dict[str, Milliseconds] = table("By channel", "Different by channel.")


class Messages(Section):
    """Coming in and going out."""

    response_prefix: str | None = option(None, "In front of answers", "Text with {model}, {identity.name}, or auto.")
    message_prefix: str | None = option(None, "In front of messages", "No longer used.", advanced=True)
    group_chat: GroupChat = part(GroupChat, "Groups", "When it answers in groups.")
    queue: Queue = part(Queue, "Queue", "Messages while it answers.")
    inbound: Inbound = part(Inbound, "Joining", "Messages in quick succession.", advanced=True)
    ack_reaction: str | None = option(None, "Reaction", "Emoji on messages that it has seen.")
    ack_reaction_scope: Literal["group-mentions", "group-all", "direct", "all"] = option(
        "group-mentions", "Reaction on", "Which messages."
    )
    remove_ack_after_reply: bool = option(False, "Take back", "Remove the reaction after the answer.")
    tts: Free | None = option(None, "Speech", "Answers as speech.", advanced=True)


class Commands(Section):
    """Commands in chat."""

    native: Switch = option("auto", "In menus", "Offer commands in the channel's own menus.")
    native_skills: Switch = option("auto", "Skills in menus", "Offer skills there too.")
    text: bool = option(True, "As text", "Understand /commands.")
    bash: bool = option(False, "! commands", "Run shell commands from chat.")
    bash_foreground_ms: Milliseconds = option(2_000, "To background after", "For ! commands.", advanced=True)
    config: bool = option(False, "/config", "Change the configuration from chat.")
    debug: bool = option(False, "/debug", "Overrides until the next start.")
    restart: bool = option(False, "/restart", "Restart from chat.")
    use_access_groups: bool = option(True, "Check senders", "Only people who may.")


class Broadcast(Section):
    """Peers whose messages go to several agents; every other key is a peer id with agent ids."""

    open_keys = True
    strategy: Literal["parallel", "sequential"] = option("parallel", "How", "All at once, or in turn.")


class ApprovalTarget(Section):
    """Somebody who is asked."""

    channel: str = option("", "Channel", "Id of the channel.")
    to: str = option("", "To", "Recipient.")
    account_id: str | None = option(None, "Account", "Id of the account.")
    thread_id: str | None = option(None, "Thread", "Id of the thread.")


class ExecApprovals(Section):
    """Asking in chat before a command runs."""

    enabled: bool = option(False, "Ask in chat", "Send approval requests to chat.")
    mode: Literal["session", "targets", "both"] = option("session", "Whom", "The conversation, the targets, or both.")
    agent_filter: Names | None = option(None, "Agents", "Only for these.")
    session_filter: Names | None = option(None, "Sessions", "Only for these.")
    targets: tuple[ApprovalTarget, ...] = option((), "Targets", "Who is asked.")


class Approvals(Section):
    """Requests for approval."""

    exec: ExecApprovals = part(ExecApprovals, "Commands", "Before a command runs.")
