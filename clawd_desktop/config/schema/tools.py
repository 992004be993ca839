"""The `tools` section: what assistants may use, and within which limits."""

from typing import Literal

from clawd_desktop.config.schema.base import (
    Characters,
    Count,
    Free,
    Megabytes,
    Milliseconds,
    Minutes,
    Names,
    Positive,
    Seconds,
    Secret,
    Section,
    option,
    part,
    table,
)
from clawd_desktop.config.schema.model_choice import ModelChoice
from clawd_desktop.config.schema.tool_policy import Elevated, Exec, Policy, ProfiledPolicy, SandboxTools


class SubagentTools(Section):
    """What sub-agents may use."""

    model: ModelChoice | None = option(None, "Model", "What they ask.")
    tools: Policy = part(Policy, "Tools", "Allowed and denied for sub-agents.")


class AgentToAgent(Section):
    """Agents that talk to each other."""

    enabled: bool = option(False, "Between agents", "Let agents send to each other's sessions.")
    allow: Names = option((), "Which", "Ids of agents that may.")


class CrossContext(Section):
    """Sending elsewhere than where the conversation is."""

    allow_within_provider: bool = option(True, "Same channel", "To others on the same channel.")
    allow_across_providers: bool = option(False, "Other channels", "To other channels.")
    marker: Free | None = option(None, "Mark", "How such messages are marked.", advanced=True)


class Broadcast(Section):
    """Sending to many."""

    enabled: bool = option(True, "Broadcast", "Allow it.")


class MessageTool(Section):
    """The tool that sends messages."""

    cross_context: CrossContext = part(CrossContext, "Elsewhere", "Sending to others.")
    broadcast: Broadcast = part(Broadcast, "Broadcast", "Sending to many.", advanced=True)


class Perplexity(Section):
    """Search through Perplexity or OpenRouter."""

    api_key: Secret | None = option(None, "API key", "Key of the service.")
    base_url: str | None = option(None, "Address", "Address of the service.")
    model: str | None = option(None, "Model", "Model that searches.")


class WebSearch(Section):
    """Search on the web."""

    enabled: bool = option(True, "Web search", "Offer it.")
    provider: Literal["brave", "perplexity"] = option("brave", "Service", "Who searches.")
    api_key: Secret | None = option(None, "API key", "Key of Brave Search.")
    max_results: Count = option(5, "Results", "At most.")
    timeout_seconds: Seconds = option(30, "Limit", "Time for one search.", advanced=True)
    cache_ttl_minutes: Minutes = option(15, "Keep", "How long results are kept.", advanced=True)
    perplexity: Perplexity | None = option(None, "Perplexity", "Settings of Perplexity.", advanced=True)


class Firecrawl(Section):
    """Reading pages through Firecrawl."""

    enabled: bool | None = option(None, "Firecrawl", "Use it when a page cannot be read otherwise.")
    api_key: Secret | None = option(None, "API key", "Key of the service.")
    base_url: str | None = option(None, "Address", "Address of the service.")


class WebFetch(Section):
    """Reading web pages."""

    enabled: bool = option(True, "Web pages", "Offer it.")
    max_chars: Characters = option(50_000, "Longest page", "The rest is cut.")
    timeout_seconds: Seconds = option(30, "Limit", "Time for one page.", advanced=True)
    cache_ttl_minutes: Minutes = option(15, "Keep", "How long pages are kept.", advanced=True)
    max_redirects: Count = option(3, "Redirects", "At most.", advanced=True)
    user_agent: str | None = option(None, "User agent", "How it introduces itself.", advanced=True)
    readability: bool = option(True, "Readable", "Take out the main text.", advanced=True)
    firecrawl: Firecrawl | None = option(None, "Firecrawl", "Settings of Firecrawl.", advanced=True)


class Web(Section):
    """Tools for the web."""

    search: WebSearch = part(WebSearch, "Search", "Search on the web.")
    fetch: WebFetch = part(WebFetch, "Pages", "Reading web pages.")


class MediaTools(Section):
    """Understanding pictures, sound and film."""

    models: tuple[Free, ...] = option((), "Models", "Tried in turn.")
    concurrency: Positive = option(2, "At once", "How many are looked at.")
    image: Free | None = option(None, "Pictures", "Settings for pictures.")
    audio: Free | None = option(None, "Sound", "Settings for sound.")
    video: Free | None = option(None, "Film", "Settings for film.")


class Links(Section):
    """Reading links in messages."""

    enabled: bool = option(False, "Links", "Read links before answering.")
    max_links: Count = option(3, "At most", "Links of one message.")
    timeout_seconds: Seconds = option(30, "Limit", "Time for one link.")
    models: tuple[Free, ...] = option((), "Models", "Tried in turn.", advanced=True)


class BrowserTool(Section):
    """Limits of the browser tool."""

    max_instances: Positive = option(2, "At once", "How many browsers.")
    memory_limit: Megabytes = option(1_024, "Memory", "Of each browser.")
    timeout: Milliseconds = option(30_000, "Limit", "Time for one action.")


class Tools(ProfiledPolicy):
    """What all assistants may use."""

    by_provider: dict[str, ProfiledPolicy] = table("By model", "Policy by provider or provider/model.", advanced=True)
    exec: Exec = part(Exec, "Commands", "Running commands.")
    elevated: Elevated = part(Elevated, "Elevated", "Leaving the sandbox.", advanced=True)
    sandbox: SandboxTools = part(SandboxTools, "In the sandbox", "Tools in the sandbox.")
    subagents: SubagentTools = part(SubagentTools, "Sub-agents", "Tools of sub-agents.", advanced=True)
    agent_to_agent: AgentToAgent = part(AgentToAgent, "Between agents", "Agents that talk.", advanced=True)
    message: MessageTool = part(MessageTool, "Messages", "Sending messages.")
    web: Web = part(Web, "Web", "Tools for the web.")
    media: MediaTools = part(MediaTools, "Media", "Understanding media.", advanced=True)
    links: Links = part(Links, "Links", "Reading links.", advanced=True)
    browser: BrowserTool = part(BrowserTool, "Browser", "Limits of the browser.", advanced=True)
