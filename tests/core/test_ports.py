"""What rooms pass to each other is frozen, and what they offer is spelled out."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from clawd_desktop.core import ports

RECORDS = [one for one in vars(ports).values() if dataclasses.is_dataclass(one) and one.__module__ == ports.__name__]
OFFERS = [ports.Models, ports.Chat, ports.Status, ports.Secrets]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen_and_slim(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(record)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.__name__)
def test_every_offer_says_what_it_does(offer: type) -> None:
    methods = [one for name, one in vars(offer).items() if inspect.isfunction(one) and not name.startswith("_")]
    assert methods
    assert all((method.__doc__ or "").strip() for method in methods)


def test_a_request_needs_little() -> None:
    request = ports.ModelRequest("be kind", ())
    assert (request.tools, request.max_tokens, request.thinking, request.session_key) == ((), None, "off", "")


def test_rows_and_pages() -> None:
    assert ports.SessionRow("k", "t", 0) == ports.SessionRow("k", "t", 0, tokens=0, running=False)
    assert ports.HistoryPage((), None).before is None
