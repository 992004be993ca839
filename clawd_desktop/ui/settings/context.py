"""What every page of Settings is built from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from clawd_desktop.core.values import JsonObject
from clawd_desktop.ui.memory import Memory
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.settings.saving import Saver


class Restyle(Protocol):
    """Changes look or language, now and for later starts."""

    def __call__(self, *, theme: str | None = None, language: str | None = None) -> None:
        """Raises StorageFault when it cannot be remembered."""


@dataclass(frozen=True)
class Context:
    """`described` is the schema and its hints; `refresh` builds the open page again."""

    services: UiServices
    memory: Memory
    saver: Saver
    restyle: Restyle
    described: tuple[JsonObject, JsonObject]
    refresh: Callable[[], None]
