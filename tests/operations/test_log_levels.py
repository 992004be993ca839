"""Which lines go where."""

from __future__ import annotations

import logging

import pytest
from operations.log_rig import entry

from clawd_desktop.operations.log_levels import Picker, logger_levels, threshold

PARTS = {"gateway": "debug", "gateway.http": "error"}


@pytest.mark.parametrize(
    ("subsystem", "own", "least"),
    [
        ("agent", None, logging.INFO),
        ("gateway", None, logging.DEBUG),
        ("gateway.requests", None, logging.DEBUG),
        ("gateway.http", None, logging.ERROR),
        ("gateway.http.body", None, logging.ERROR),
        ("gatewayish", None, logging.INFO),
        ("agent", "warn", logging.WARNING),
        ("agent", "debug", logging.DEBUG),
        ("gateway", "warn", logging.WARNING),
        ("gateway.http", "debug", logging.ERROR),
    ],
)
def test_the_least_level(subsystem: str, own: str | None, least: int) -> None:
    assert threshold("info", PARTS, subsystem, own) == least
    picker = Picker("info", PARTS, own)
    lines = [entry(level=level, subsystem=subsystem) for level in (least - 1, least, least + 1)]
    assert picker(lines) == lines[1:]


def test_loggers_let_through_what_any_place_wants() -> None:
    levels = logger_levels("warn", {"gateway": "error"}, (None, "debug"))
    assert levels == {"": logging.DEBUG, "gateway": logging.ERROR}
