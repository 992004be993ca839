"""The `memorySearch` part of agents: how notes are indexed and found again."""

from typing import Literal

from clawd_desktop.config.schema.base import Count, Fraction, Free, Names, Secret, Section, option, part


class RemoteEmbeddings(Section):
    """A service that turns text into vectors."""

    base_url: str | None = option(None, "Address", "Address of the service.")
    api_key: Secret | None = option(None, "API key", "Key of the service.")
    headers: dict[str, str] | None = option(None, "Headers", "Sent with each request.", sensitive=True)
    batch: Free | None = option(None, "Batches", "How requests are put together.", advanced=True)


class Query(Section):
    """What a search returns."""

    max_results: Count = option(6, "Results", "At most.")
    min_score: Fraction = option(0.35, "Score", "At least.")
    hybrid: Free | None = option(
        None, "Weights", "vectorWeight 0.7, textWeight 0.3, candidateMultiplier 4.", advanced=True
    )


class MemorySearch(Section):
    """Search in what the assistant wrote down."""

    enabled: bool = option(True, "Memory search", "Index and search memory.")
    sources: Names = option(("memory",), "Sources", "memory, and sessions as an experiment.")
    provider: Literal["auto", "openai", "gemini", "local"] = option("auto", "Vectors from", "Who computes them.")
    model: str | None = option(None, "Model", "Embedding model.")
    fallback: str = option("none", "Otherwise", "Provider when the first one fails.", advanced=True)
    remote: RemoteEmbeddings | None = option(None, "Service", "A service for vectors.", advanced=True)
    query: Query = part(Query, "Results", "What a search returns.", advanced=True)
    local: Free | None = option(None, "Local model", "modelPath and modelCacheDir of a GGUF file.", advanced=True)
    store: Free | None = option(None, "Index", "Where the index lies.", advanced=True)
    cache: Free | None = option(None, "Cache", "Of vectors.", advanced=True)
    chunking: Free | None = option(None, "Pieces", "tokens 400, overlap 80.", advanced=True)
    sync: Free | None = option(
        None, "Up to date", "onSessionStart, onSearch, watch, watchDebounceMs 1500.", advanced=True
    )
    experimental: Free | None = option(None, "Experiments", "Not yet settled.", advanced=True)
