"""Events are frozen facts, each with a sentence that says when it is sent."""

from __future__ import annotations

import dataclasses

import pytest

from clawd_desktop.core import events
from clawd_desktop.core.events import Event, RunEvent

KINDS = [one for one in vars(events).values() if isinstance(one, type) and issubclass(one, Event)]
SENT = [one for one in KINDS if one not in (Event, RunEvent)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_events_are_frozen_and_slim(kind: type[Event]) -> None:
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(kind)


@pytest.mark.parametrize("kind", SENT, ids=lambda kind: kind.__name__)
def test_each_says_when_it_is_sent(kind: type[Event]) -> None:
    assert (kind.__doc__ or "").startswith("Sent ")


def test_events_of_a_run_name_run_session_and_place() -> None:
    event = events.RunText("r1", "agent:main:main", 3, text="ab", delta="b")
    assert (event.run_id, event.session_key, event.seq) == ("r1", "agent:main:main", 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.seq = 4  # type: ignore[misc]


def test_equal_facts_are_equal() -> None:
    assert events.ConnectionsChanged(2) == events.ConnectionsChanged(2)
    assert events.SessionChanged("k") != events.SessionChanged("k", deleted=True)
