"""The one table of gateway methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from clawd_desktop.gateway.methods.order import sorted_rows
from clawd_desktop.gateway.methods.table import Method, table


class Topic(Protocol):
    """Methods that belong together."""

    def rows(self) -> tuple[Method, ...]:
        """Their rows."""


def build_table(topics: Iterable[Topic]) -> Mapping[str, Method]:
    """All methods of the topics by name, as clients are told of them. Raises ValueError when a name comes twice."""
    return table(sorted_rows(row for topic in topics for row in topic.rows()))
