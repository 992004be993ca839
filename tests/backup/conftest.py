"""A guess of a passphrase costs little in most tests of backups: what it costs for real is a test of its own."""

from __future__ import annotations

import pytest

from clawd_desktop.backup import age_passphrase


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age_passphrase, "WORK", 10)
