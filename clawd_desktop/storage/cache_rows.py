"""The table of what is cached: one row per kind, with how long it is kept and where; and what is counted of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MINUTE_S = 60.0
HOUR_S = 3_600.0
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class NamespaceRow:
    """One kind of entries. `ttl_s` is how long one is kept, None for what the configuration says of all.

    `missing_s` is how long it is remembered that something does not exist, 0 for not at all. `on_disk` says that
    entries survive a restart.
    """

    name: str
    help: str
    ttl_s: float | None = None
    missing_s: float = 0.0
    on_disk: bool = True


# web_fetch and link previews as long as Clawdbot keeps pages (tools.web.fetch.cacheTtlMinutes: 15); an embedding is the
# same for ever, so its time only bounds the disk.
NAMESPACES: tuple[NamespaceRow, ...] = (
    NamespaceRow("models", "Lists of models that servers on this computer offer.", 15.0, on_disk=False),
    NamespaceRow("avatars", "Pictures of agents, by file and time of change.", HOUR_S, on_disk=False),
    NamespaceRow("catalog", "Lists of models that providers offer.", HOUR_S, MINUTE_S),
    NamespaceRow("web_fetch", "Pages that tools have read.", 15 * MINUTE_S, MINUTE_S),
    NamespaceRow("web_search", "Results of searches.", 15 * MINUTE_S),
    NamespaceRow("link_previews", "Titles and pictures of links in messages.", DAY_S, 15 * MINUTE_S),
    NamespaceRow("embeddings", "Vectors of texts, by model and text.", 30 * DAY_S),
)
BY_NAME = {row.name: row for row in NAMESPACES}


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """How much is kept (bytes; 0 keeps nothing there) and how long (seconds); `ttls_s` by namespace wins."""

    memory: int = 16 * 2**20
    disk: int = 256 * 2**20
    ttl_s: float = 300.0
    ttls_s: Mapping[str, float] = field(default_factory=dict)

    def ttl_of(self, row: NamespaceRow) -> float:
        """How long entries of this kind are kept, in seconds."""
        said = self.ttls_s.get(row.name)
        return said if said is not None else row.ttl_s if row.ttl_s is not None else self.ttl_s


@dataclass(slots=True)
class Counts:
    """What happened in one namespace since the start.

    `joined` got what was being made for somebody else; `evictions` made room, `faults` were broken on the disk.
    """

    hits_memory: int = 0
    hits_disk: int = 0
    misses: int = 0
    joined: int = 0
    made: int = 0
    failed: int = 0
    evictions: int = 0
    faults: int = 0


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How one namespace stands; `bytes` and `entries` are those in memory, `ttl_s` is in seconds."""

    namespace: str
    hits_memory: int
    hits_disk: int
    misses: int
    joined: int
    made: int
    failed: int
    evictions: int
    faults: int
    entries: int
    bytes: int
    ttl_s: float
    on_disk: bool
