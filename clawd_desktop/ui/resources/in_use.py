"""What is in use: places for work with their ceilings and waiters, and the caches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel

from clawd_desktop.operations.resources import ResourceRow
from clawd_desktop.storage.cache_rows import CacheStats
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.resources.tables import Row, Table
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.graph.values import UNKNOWN
from clawd_desktop.ui.widgets.text import label

KINDS = {
    "agent": mark("Turns of conversations"),
    "model": mark("Built-in models"),
    "browser": mark("Browsers"),
    "exec": mark("Commands"),
    "memory": mark("Large jobs"),
}
CACHES = {
    "models": mark("Models on this computer"),
    "avatars": mark("Pictures of agents"),
    "catalog": mark("Models of providers"),
    "web_fetch": mark("Web pages"),
    "web_search": mark("Web searches"),
    "link_previews": mark("Link previews"),
    "embeddings": mark("Vectors of texts"),
}


def place_rows(rows: Sequence[ResourceRow]) -> list[Row]:
    """One row for each kind of work."""
    return [_place(row) for row in rows]


def cache_rows(stats: Sequence[CacheStats]) -> list[Row]:
    """One row for each kind of what is kept."""
    return [_cache(one) for one in stats]


def waiting_sentence(rows: Sequence[ResourceRow]) -> str:
    """Why work waits, "" when none does."""
    waits = [row for row in rows if row.waiting]
    if not waits:
        return ""
    longest = max(waits, key=lambda row: row.waited_s)
    return tr("The oldest has waited for {time}. {why}", time=words.duration(longest.waited_s), why=longest.reason)


class InUseCards:
    """The two cards."""

    def __init__(self) -> None:
        self.places, self.caches = Card(), Card()
        self._place_table = Table(
            tr("Places for work"), (tr("Work"), tr("In use"), tr("At most"), tr("Waiting"), tr("Memory"))
        )
        self._cache_table = Table(
            tr("Caches"), (tr("Kept"), tr("Entries"), tr("In memory"), tr("Found"), tr("Not found"))
        )
        self._why: QLabel = label("", "warning", wrap=True)
        self._why.hide()
        for card, title, table in (
            (self.places, tr("Places for work"), self._place_table),
            (self.caches, tr("Caches"), self._cache_table),
        ):
            card.body.addWidget(label(title, "heading"))
            card.body.addWidget(table)
        self.places.body.addWidget(self._why)
        for card in (self.places, self.caches):
            card.body.addStretch(1)

    def show_now(self, rows: Sequence[ResourceRow], stats: Sequence[CacheStats]) -> None:
        """Show how it stands now."""
        self._place_table.show_rows(place_rows(rows))
        self._cache_table.show_rows(cache_rows(stats))
        why = waiting_sentence(rows)
        self._why.setText(why)
        self._why.setVisible(bool(why))


def _place(row: ResourceRow) -> Row:
    name = tr(KINDS.get(row.kind, row.title))
    if not row.built:
        # Honest: it has a ceiling already, and nothing that could take a place.
        return Row((name, UNKNOWN, _most(row), UNKNOWN, UNKNOWN), "muted", tr("This version has no such work yet."))
    memory = words.size(row.memory) if row.memory else UNKNOWN
    role = "warning" if row.waiting else "body"
    return Row((name, f"{row.used:,}", _most(row), f"{row.waiting:,}", memory), role, "\n".join(row.holders))


def _most(row: ResourceRow) -> str:
    return tr("no limit") if row.ceiling is None else f"{row.ceiling:,}"


def _cache(one: CacheStats) -> Row:
    name = tr(CACHES.get(one.namespace, one.namespace))
    found = one.hits_memory + one.hits_disk
    used = found + one.misses + one.entries
    kept = words.size(one.bytes) if one.bytes else UNKNOWN
    return Row((name, f"{one.entries:,}", kept, f"{found:,}", f"{one.misses:,}"), "body" if used else "muted")
