"""Knows the common providers, so that "anthropic/claude-..." works with nothing but a key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """One provider as the world knows it.

    `api` is the wire protocol in Clawdbot's words. `key_variables` are environment variables that may hold the key, in
    order; none means that no key is needed. `key_page` is where a person makes a key. `reasoning_field` is how a level
    of thinking is asked for; `max_tokens_field` how the longest answer is named; `counts_when_asked` whether
    stream_options.include_usage is understood; `replays_reasoning` whether the reasoning behind a tool call must be
    sent back.
    """

    id: str
    name: str
    base_url: str
    api: str = "openai-completions"
    key_variables: tuple[str, ...] = ()
    key_page: str = ""
    reasoning_field: str = ""
    max_tokens_field: str = "max_tokens"
    counts_when_asked: bool = True
    replays_reasoning: bool = False


# Base URLs, variables and pages are those of each provider's own documentation, January 2026.
KNOWN_PROVIDERS: tuple[ProviderFacts, ...] = (
    ProviderFacts(
        "anthropic",
        "Anthropic",
        "https://api.anthropic.com",
        "anthropic-messages",
        ("ANTHROPIC_API_KEY", "ANTHROPIC_OAUTH_TOKEN"),
        "https://console.anthropic.com/settings/keys",
    ),
    ProviderFacts(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        key_variables=("OPENAI_API_KEY",),
        key_page="https://platform.openai.com/api-keys",
        reasoning_field="reasoning_effort",
        max_tokens_field="max_completion_tokens",
    ),
    ProviderFacts(
        "google",
        "Google Gemini",
        "https://generativelanguage.googleapis.com/v1beta",
        "google-generative-ai",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        "https://aistudio.google.com/apikey",
    ),
    ProviderFacts(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        key_variables=("OPENROUTER_API_KEY",),
        key_page="https://openrouter.ai/settings/keys",
        reasoning_field="reasoning",
    ),
    ProviderFacts(
        "deepseek",
        "DeepSeek",
        "https://api.deepseek.com/v1",
        key_variables=("DEEPSEEK_API_KEY",),
        key_page="https://platform.deepseek.com/api_keys",
        replays_reasoning=True,
    ),
    ProviderFacts(
        "qwen",
        "Qwen (Alibaba Cloud Model Studio)",
        "https://dashscope.aliyuncs.com/compatible-mode/v1",
        key_variables=("DASHSCOPE_API_KEY", "QWEN_API_KEY"),
        key_page="https://bailian.console.aliyun.com/?tab=model#/api-key",
        reasoning_field="enable_thinking",
    ),
    ProviderFacts(
        "moonshot",
        "Moonshot (Kimi)",
        "https://api.moonshot.ai/v1",
        key_variables=("MOONSHOT_API_KEY",),
        key_page="https://platform.moonshot.ai/console/api-keys",
        replays_reasoning=True,
    ),
    ProviderFacts(
        "groq",
        "Groq",
        "https://api.groq.com/openai/v1",
        key_variables=("GROQ_API_KEY",),
        key_page="https://console.groq.com/keys",
    ),
    ProviderFacts(
        "mistral",
        "Mistral",
        "https://api.mistral.ai/v1",
        key_variables=("MISTRAL_API_KEY",),
        key_page="https://console.mistral.ai/api-keys",
        # Mistral refuses fields it does not know, and counts in its last chunk without being asked.
        counts_when_asked=False,
    ),
    ProviderFacts(
        "xai",
        "xAI",
        "https://api.x.ai/v1",
        key_variables=("XAI_API_KEY",),
        key_page="https://console.x.ai",
    ),
    ProviderFacts("ollama", "Ollama", "http://127.0.0.1:11434/v1"),
    ProviderFacts("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"),
    ProviderFacts("vllm", "vLLM", "http://127.0.0.1:8000/v1"),
)
BY_ID = {facts.id: facts for facts in KNOWN_PROVIDERS}
