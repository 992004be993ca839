"""The tray may come late and go away."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.presence import CALM_MS, EAGER_MS, TrayPresence

pytestmark = pytest.mark.qt


class Panel:
    here = False


def watch() -> tuple[Panel, TrayPresence, list[bool]]:
    panel, seen = Panel(), []
    presence = TrayPresence(lambda: panel.here)
    presence.changed.connect(seen.append)
    presence.start()
    return panel, presence, seen


def test_it_asks_eagerly_for_a_minute_and_calmly_afterwards() -> None:
    _, presence, _ = watch()
    assert presence.interval_ms == EAGER_MS
    for _ in range(30):
        presence.check()
    assert presence.interval_ms == CALM_MS


def test_a_tray_that_comes_and_goes_is_told_once_each_and_watched_eagerly_again() -> None:
    panel, presence, seen = watch()
    for _ in range(30):
        presence.check()
    for here in (True, True, False, False, True):
        panel.here = here
        presence.check()
    assert seen == [True, False, True]
    assert presence.interval_ms == EAGER_MS
    presence.stop()
