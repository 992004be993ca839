"""Tells whoever watches what has happened; a failing watcher never stops the others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar, cast

from clawd_desktop.core.events import Event

E = TypeVar("E", bound=Event)
Unsubscribe = Callable[[], None]
_log = logging.getLogger("clawd.bus")


class EventBus:
    """Synchronous publish and subscribe by event type, on the loop's thread.

    Handlers return at once; one that needs to wait spawns a task through `core.tasks`.
    """

    def __init__(self) -> None:
        self._handlers: dict[type[Event], tuple[Callable[[Event], None], ...]] = {}

    def subscribe(self, kind: type[E], handler: Callable[[E], None]) -> Unsubscribe:
        """Call `handler` for each event of exactly this type until the returned function is called."""
        untyped = cast(Callable[[Event], None], handler)
        self._handlers[kind] = (*self._handlers.get(kind, ()), untyped)

        def unsubscribe() -> None:
            kept = list(self._handlers.get(kind, ()))
            if untyped in kept:
                kept.remove(untyped)
            self._handlers[kind] = tuple(kept)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Hand the event to every subscriber in the order they came; failures are logged and passed over."""
        for handler in self._handlers.get(type(event), ()):
            try:
                handler(event)
            except Exception:
                _log.exception("a subscriber of %s failed", type(event).__name__)
