"""The `heartbeat` part of agents and channels: turns that nobody asked for, and how they show."""

from clawd_desktop.config.schema.base import Characters, Duration, Section, option

PROMPT = (
    "Read HEARTBEAT.md if it exists (workspace context). Follow it strictly. Do not infer or repeat old tasks from "
    "prior chats. If nothing needs attention, reply HEARTBEAT_OK."
)


class ActiveHours(Section):
    """When the heart may beat."""

    start: str | None = option(None, "From", "HH:MM.", placeholder="08:00")
    end: str | None = option(None, "Until", "HH:MM; 24:00 for midnight.", placeholder="22:00")
    timezone: str | None = option(None, "Time zone", "user, local, or a name such as Europe/Berlin.")


class Heartbeat(Section):
    """Regular turns in which the assistant looks for something to do."""

    every: Duration = option("30m", "Every", "Time between two beats, such as 30m; 0m: never.")
    active_hours: ActiveHours | None = option(None, "Active hours", "When it may beat; without: always.")
    model: str | None = option(None, "Model", "provider/model for these turns.", advanced=True)
    session: str | None = option(None, "Session", "Session key for these turns.", advanced=True)
    target: str = option("last", "Tell", "last, none, or a channel.")
    to: str | None = option(None, "Recipient", "Who is told on that channel.", advanced=True)
    prompt: str = option(PROMPT, "Prompt", "What the assistant is told at each beat.", advanced=True)
    ack_max_chars: Characters = option(300, "Silent below", "Answers with HEARTBEAT_OK and less are not sent.")
    include_reasoning: bool = option(False, "With reasoning", "Send the reasoning as well.", advanced=True)


class HeartbeatDisplay(Section):
    """What of the heartbeat a channel shows."""

    show_ok: bool = option(False, "Show OK", "Send HEARTBEAT_OK answers too.")
    show_alerts: bool = option(True, "Show alerts", "Send what needs attention.")
    use_indicator: bool = option(True, "Show in status", "Count as an indicator in the status.")
