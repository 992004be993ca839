"""Says who is behind what is being done now, so that the record of it can name somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

APPLICATION = "application"
OWNER_HERE = "owner at this computer"
_actor: ContextVar[str] = ContextVar("actor", default=APPLICATION)


def actor() -> str:
    """Who is behind the task that runs now: a client, the owner at this computer, or the application itself."""
    return _actor.get()


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Whatever is done in the block, and in tasks that begin in it, is done by `name`."""
    token = _actor.set(name)
    try:
        yield
    finally:
        _actor.reset(token)
