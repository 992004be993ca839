"""The `agents` section: which assistants there are and how they think, remember and answer."""

from typing import Annotated, Literal

from pydantic import Field

from clawd_desktop.config.schema.base import (
    Characters,
    Colour,
    Count,
    Duration,
    Fraction,
    Free,
    Megabytes,
    Milliseconds,
    Minutes,
    Names,
    Positive,
    RegularExpression,
    Seconds,
    Section,
    Tokens,
    option,
    part,
    table,
)
from clawd_desktop.config.schema.heartbeat import Heartbeat
from clawd_desktop.config.schema.memory_search import MemorySearch
from clawd_desktop.config.schema.model_choice import ModelChoice
from clawd_desktop.config.schema.sandbox import Sandbox
from clawd_desktop.config.schema.tool_policy import AgentTools

Thinking = Literal["off", "minimal", "low", "medium", "high", "xhigh"]


class ModelUse(Section):
    """How one model is used."""

    alias: str | None = option(None, "Short name", "Name for /model.")
    params: Free | None = option(None, "Parameters", "Sent with each request.", advanced=True)


class ContextPruning(Section):
    """Which old tool results are left out of what a model sees."""

    mode: Literal["off", "cache-ttl"] = option("off", "Leave out old results", "cache-ttl: once the cache is cold.")
    ttl: Duration = option("1h", "Cache lives", "How long a provider keeps its cache.")
    keep_last_assistants: Count = option(3, "Keep answers", "Results after this many answers back stay.")
    soft_trim_ratio: Fraction = option(0.3, "Shorten above", "Share of the window.", advanced=True)
    hard_clear_ratio: Fraction = option(0.5, "Clear above", "Share of the window.", advanced=True)
    min_prunable_tool_chars: Characters = option(50_000, "Only longer", "Shorter results stay.", advanced=True)
    tools: Free | None = option(None, "Tools", "allow and deny lists.", advanced=True)
    soft_trim: Free | None = option(None, "Shortening", "How much stays.", advanced=True)
    hard_clear: Free | None = option(None, "Clearing", "What is put there instead.", advanced=True)


class MemoryFlush(Section):
    """A silent turn before compaction in which the assistant writes down what matters."""

    enabled: bool = option(True, "Write memory first", "Run the silent turn.")
    soft_threshold_tokens: Tokens = option(4_000, "Before the limit", "How long before compaction.", advanced=True)
    prompt: str | None = option(None, "Prompt", "What the assistant is told.", advanced=True)
    system_prompt: str | None = option(None, "System prompt", "Added for this turn.", advanced=True)


class Compaction(Section):
    """What happens when a conversation outgrows the model's window."""

    mode: Literal["default", "safeguard"] = option(
        "safeguard", "Summarise", "safeguard: in pieces, for very long ones."
    )
    reserve_tokens_floor: Tokens = option(20_000, "Reserve", "Room that is kept for the answer.")
    max_history_share: Annotated[float, Field(ge=0.1, le=0.9)] = option(0.5, "Most history", "Share of the window.")
    memory_flush: MemoryFlush = part(MemoryFlush, "Memory", "The silent turn before.", advanced=True)


class Chunk(Section):
    """How long the pieces of a streamed answer are."""

    min_chars: Characters = option(800, "At least", "Shorter pieces wait for more.")
    max_chars: Characters = option(1_200, "At most", "Longer pieces are cut.")
    break_preference: Literal["paragraph", "newline", "sentence"] = option("paragraph", "Cut at", "Where to cut.")


class Coalesce(Section):
    """How pieces are joined again."""

    min_chars: Characters | None = option(None, "At least", "Shorter pieces are joined.")
    max_chars: Characters | None = option(None, "At most", "Longest joined piece.")
    idle_ms: Milliseconds = option(1_000, "Wait", "Send after this silence.")


class HumanDelay(Section):
    """A pause between pieces, as a person would make."""

    mode: Literal["off", "natural", "custom"] = option("off", "Pause", "natural, custom, or none.")
    min_ms: Milliseconds = option(800, "At least", "Shortest pause.")
    max_ms: Milliseconds = option(2_500, "At most", "Longest pause.")


class Subagents(Section):
    """Assistants that an assistant starts."""

    max_concurrent: Positive = option(8, "At once", "How many may run.")
    archive_after_minutes: Minutes = option(60, "Archive after", "When finished ones are put away.")
    model: ModelChoice | None = option(None, "Model", "What they ask; without: the same model.")


class Defaults(Section):
    """What holds for every agent that does not say otherwise."""

    model: ModelChoice = part(ModelChoice, "Model", "Which model answers.")
    image_model: ModelChoice = part(ModelChoice, "Image model", "Which model looks at pictures.", advanced=True)
    models: dict[str, ModelUse] = table("Allowed models", "provider/model to alias; when set, only these are used.")
    workspace: str = option("~/clawd", "Workspace", "Folder that the assistant works in.")
    repo_root: str | None = option(None, "Repository", "Repository named in the prompt.", advanced=True)
    skip_bootstrap: bool = option(False, "No starter files", "Do not put files into a new workspace.", advanced=True)
    bootstrap_max_chars: Characters = option(20_000, "Longest file", "Of each workspace file in the prompt.")
    user_timezone: str | None = option(None, "Time zone", "Your time zone, such as Europe/Berlin.")
    time_format: Literal["auto", "12", "24"] = option("auto", "Clock", "12 or 24 hours.")
    envelope_timezone: str = option("utc", "Stamps in", "utc, local, user or a zone name.", advanced=True)
    envelope_timestamp: Literal["on", "off"] = option("on", "Stamps", "Times in front of messages.", advanced=True)
    envelope_elapsed: Literal["on", "off"] = option("on", "Elapsed", "Time since the last one.", advanced=True)
    context_tokens: Tokens | None = option(None, "Window", "Largest context; without: the model's own.")
    cli_backends: Free | None = option(None, "CLI models", "Models run as programs.", advanced=True)
    context_pruning: ContextPruning = part(ContextPruning, "Pruning", "What is left out.", advanced=True)
    compaction: Compaction = part(Compaction, "Compaction", "When a conversation gets long.", advanced=True)
    memory_search: MemorySearch = part(MemorySearch, "Memory search", "How memory is found again.", advanced=True)
    thinking_default: Thinking | None = option(None, "Thinking", "How much the model reasons.")
    verbose_default: Literal["off", "on", "full"] = option("off", "Verbose", "Show tool calls in chat.")
    elevated_default: Literal["off", "on", "ask", "full"] = option(
        "on", "Elevated", "Leaving the sandbox.", advanced=True
    )
    block_streaming_default: Literal["off", "on"] = option("off", "Pieces", "Send answers in pieces.", advanced=True)
    block_streaming_break: Literal["text_end", "message_end"] = option(
        "text_end", "When", "When to send.", advanced=True
    )
    block_streaming_chunk: Chunk = part(Chunk, "Piece length", "How long pieces are.", advanced=True)
    block_streaming_coalesce: Coalesce = part(Coalesce, "Joining", "How pieces are joined.", advanced=True)
    human_delay: HumanDelay = part(HumanDelay, "Pauses", "Pauses between pieces.", advanced=True)
    timeout_seconds: Seconds = option(600, "Longest turn", "A turn that takes longer is stopped.")
    media_max_mb: Megabytes = option(5, "Largest attachment", "Larger ones are not taken in.", advanced=True)
    typing_interval_seconds: Seconds = option(6, "Typing signal", "Time between two signals.", advanced=True)
    typing_mode: Literal["never", "instant", "thinking", "message"] | None = option(
        None, "Typing starts", "When the typing signal begins.", advanced=True
    )
    heartbeat: Heartbeat = part(Heartbeat, "Heartbeat", "Regular turns of its own.")
    max_concurrent: Positive = option(4, "Turns at once", "How many sessions are answered at the same time.")
    subagents: Subagents = part(Subagents, "Sub-agents", "Assistants that it starts.", advanced=True)
    sandbox: Sandbox = part(Sandbox, "Sandbox", "Where tools run.")


class Identity(Section):
    """Who an agent is."""

    name: str | None = option(None, "Name", "What it is called.")
    theme: str | None = option(None, "Theme", "Its character in a few words.")
    emoji: str | None = option(None, "Emoji", "Its sign.")
    avatar: str | None = option(None, "Picture", "File in the workspace, address or data URL.")
    color: Colour | None = option(None, "Colour", "Its colour, as #RRGGBB.")


class GroupChat(Section):
    """How an agent behaves in groups."""

    mention_patterns: tuple[RegularExpression, ...] = option((), "Answers to", "Regular expressions that call it.")
    history_limit: Count | None = option(None, "Context", "Messages of the group that it sees.")


class AgentSubagents(Section):
    """Whom an agent may start."""

    allow_agents: Names = option((), "May start", 'Ids of agents, or "*" for all.')
    model: ModelChoice | None = option(None, "Model", "What they ask.")


class Agent(Section):
    """One assistant."""

    id: Annotated[str, Field(min_length=1, max_length=64, title="Id", description="Short name in lower case.")]
    default: bool = option(False, "Default", "Answers when no binding says otherwise.")
    name: str | None = option(None, "Name", "What it is called in lists.")
    workspace: str | None = option(None, "Workspace", "Folder that it works in.")
    agent_dir: str | None = option(None, "State folder", "Where it keeps its own state.", advanced=True)
    model: ModelChoice | None = option(None, "Model", "Which model answers.")
    memory_search: MemorySearch | None = option(None, "Memory search", "How memory is found.", advanced=True)
    human_delay: HumanDelay | None = option(None, "Pauses", "Pauses between pieces.", advanced=True)
    heartbeat: Heartbeat | None = option(None, "Heartbeat", "Regular turns of its own.")
    identity: Identity | None = option(None, "Identity", "Who it is.")
    group_chat: GroupChat | None = option(None, "Groups", "How it behaves in groups.")
    subagents: AgentSubagents | None = option(None, "Sub-agents", "Whom it may start.", advanced=True)
    sandbox: Sandbox | None = option(None, "Sandbox", "Where its tools run.")
    tools: AgentTools | None = option(None, "Tools", "What it may use.")


class Agents(Section):
    """All assistants."""

    defaults: Defaults = part(Defaults, "Defaults", "What holds for every agent.")
    list: tuple[Agent, ...] = option((), "Agents", "Assistants besides the usual one.")
    session_cache_size: Count = option(100, "Sessions in memory", "How many are kept ready.", advanced=True)
    memory_limit: Megabytes = option(1_024, "Memory limit", "Above it no new turn begins; 0: none.", advanced=True)
    gc_threshold: Megabytes = option(768, "Tidy memory above", "When unused memory is given back.", advanced=True)

    @property
    def default_id(self) -> str:
        """The agent that answers when none is named: the one that is marked, else the first, else "main"."""
        marked = [agent.id for agent in self.list if agent.default]
        return next(iter((*marked, *(agent.id for agent in self.list))), "main").lower()
