"""It is gone back only where what changed can be to blame, and never to passwords of before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clawd_desktop.config.history import History
from clawd_desktop.config.proven import NAME, Proven, to_blame
from clawd_desktop.config.reading import Reader
from clawd_desktop.core.clock import ManualClock


@pytest.mark.parametrize(
    ("proven", "now", "blame"),
    [
        ({}, {}, False),
        ({}, {"gateway": {"bind": "lan"}}, True),
        ({"gateway": {"port": 1}}, {"gateway": {"port": 2}}, True),
        ({"gateway": {"bind": "lan"}}, {}, True),
        ({}, {"logging": {"level": "debug"}}, False),
        ({}, {"gateway": {"rateLimiting": {"enabled": True}}}, False),
        ({}, {"gateway": {"bind": "lan", "auth": {"password": "new"}}}, False),
        ({"gateway": {"auth": {"password": "old"}}}, {"gateway": {"bind": "lan"}}, False),
    ],
)
def test_who_is_to_blame(proven: dict[str, Any], now: dict[str, Any], blame: bool) -> None:
    assert to_blame(proven, now) is blame


def test_what_was_noted_is_found_in_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    reader = Reader(file, {}, History(tmp_path / "history", ManualClock()))
    proven = Proven(reader)
    assert proven.find() is None
    file.write_text("{gateway: {port: 19001}}")
    reading = reader.read()
    proven.note(reading)
    file.write_text("{gateway: {port: 19002}}")
    reader.read()
    assert proven.find() is reading
    found = Proven(reader).find()
    assert found is not None
    assert found.loaded is not None
    assert found.loaded.config.gateway.port == 19001
    (tmp_path / "history" / NAME).write_bytes(b"\xff\xff")
    assert Proven(reader).find() is None
    for version in reader.history.versions():
        version.path.unlink()
    proven.note(reading)
    assert Proven(reader).find() is None
