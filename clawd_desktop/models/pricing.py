"""Knows well-known models, their windows and prices, and computes what an answer cost.

Prices are US dollars per million tokens as the providers published them in January 2026; rows of the configuration
override them. A model that is not listed works all the same: its cost is then 0, which means unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from clawd_desktop.core.messages import Usage

DEFAULT_CONTEXT_WINDOW = 200_000
DEFAULT_MAX_TOKENS = 8_192
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens; 0 is free or unknown."""

    input: float = 0.0
    output: float = 0.0
    cache_read: float = 0.0
    cache_write: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model: what it can do and what it costs. `input` lists "text" and "image"; windows are tokens."""

    provider: str
    id: str
    name: str
    context_window: int = DEFAULT_CONTEXT_WINDOW
    max_tokens: int = DEFAULT_MAX_TOKENS
    reasoning: bool = False
    input: tuple[str, ...] = ("text",)
    cost: Price = Price()
    api: str = "openai-completions"

    @property
    def ref(self) -> str:
        """The model as configurations name it: "provider/model"."""
        return f"{self.provider}/{self.id}"


def priced(usage: Usage, price: Price) -> Usage:
    """The usage with its cost in US dollars."""
    cost = (
        usage.input * price.input
        + usage.output * price.output
        + usage.cache_read * price.cache_read
        + usage.cache_write * price.cache_write
    ) / _MILLION
    return replace(usage, cost=cost)


_SEES = ("text", "image")


def _claude(id: str, name: str, cost: float, output: float, max_tokens: int = 64_000) -> ModelRow:
    # Anthropic: a cache read costs a tenth of the input, a write a quarter more.
    price = Price(cost, output, cost / 10, cost * 1.25)
    return ModelRow("anthropic", id, name, 200_000, max_tokens, True, _SEES, price, "anthropic-messages")


def _gemini(id: str, name: str, cost: float, output: float) -> ModelRow:
    price = Price(cost, output, cost / 10)
    return ModelRow("google", id, name, 1_048_576, 65_536, True, _SEES, price, "google-generative-ai")


KNOWN_MODELS: tuple[ModelRow, ...] = (
    _claude("claude-opus-4-5", "Claude Opus 4.5", 5, 25),
    _claude("claude-sonnet-4-5", "Claude Sonnet 4.5", 3, 15),
    _claude("claude-haiku-4-5", "Claude Haiku 4.5", 1, 5),
    _claude("claude-opus-4-1", "Claude Opus 4.1", 15, 75, 32_000),
    ModelRow("openai", "gpt-5.2", "GPT-5.2", 400_000, 128_000, True, _SEES, Price(1.75, 14, 0.175)),
    ModelRow("openai", "gpt-5.1", "GPT-5.1", 400_000, 128_000, True, _SEES, Price(1.25, 10, 0.125)),
    ModelRow("openai", "gpt-5-mini", "GPT-5 mini", 400_000, 128_000, True, _SEES, Price(0.25, 2, 0.025)),
    ModelRow("openai", "gpt-4.1", "GPT-4.1", 1_047_576, 32_768, False, _SEES, Price(2, 8, 0.5)),
    _gemini("gemini-3-pro-preview", "Gemini 3 Pro (preview)", 2, 12),
    _gemini("gemini-3-flash-preview", "Gemini 3 Flash (preview)", 0.5, 3),
    _gemini("gemini-2.5-pro", "Gemini 2.5 Pro", 1.25, 10),
    _gemini("gemini-2.5-flash", "Gemini 2.5 Flash", 0.3, 2.5),
    ModelRow("deepseek", "deepseek-chat", "DeepSeek Chat", 128_000, 8_192, False, ("text",), Price(0.28, 0.42, 0.028)),
    ModelRow(
        "deepseek", "deepseek-reasoner", "DeepSeek Reasoner", 128_000, 64_000, True, ("text",), Price(0.28, 0.42, 0.028)
    ),
    ModelRow("moonshot", "kimi-k2-0905-preview", "Kimi K2", 262_144, 16_384, False, ("text",), Price(0.6, 2.5, 0.15)),
    ModelRow("qwen", "qwen-plus", "Qwen Plus", 1_000_000, 32_768, True, ("text",), Price(0.4, 1.2)),
    ModelRow("qwen", "qwen3-max", "Qwen3 Max", 262_144, 65_536, False, ("text",), Price(1.2, 6)),
    ModelRow("xai", "grok-4", "Grok 4", 256_000, 64_000, True, _SEES, Price(3, 15, 0.75)),
    ModelRow(
        "groq", "llama-3.3-70b-versatile", "Llama 3.3 70B (Groq)", 131_072, 32_768, False, ("text",), Price(0.59, 0.79)
    ),
    ModelRow("mistral", "mistral-large-latest", "Mistral Large", 262_144, 16_384, False, _SEES, Price(0.5, 1.5)),
)
