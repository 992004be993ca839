"""A notification is a value: equal words are equal notifications."""

from __future__ import annotations

from clawd_desktop.core.notices import Severity
from clawd_desktop.system.notifications.port import Notification


def test_equal_words_are_equal() -> None:
    assert Notification("a", "b", "c") == Notification("a", "b", "c", Severity.INFO, ())
