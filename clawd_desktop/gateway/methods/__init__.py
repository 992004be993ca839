"""The one table of gateway methods, in the order in which clients are told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from clawd_desktop.gateway.methods.table import Method, table


class Topic(Protocol):
    """Methods that belong together."""

    def rows(self) -> tuple[Method, ...]:
        """Their rows."""


def build_table(topics: Iterable[Topic]) -> Mapping[str, Method]:
    """All methods of the topics by name. Raises ValueError when a name comes twice."""
    return table(row for topic in topics for row in topic.rows())
