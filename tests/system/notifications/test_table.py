"""Each platform gets the notifier it has."""

from __future__ import annotations

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.system.notifications.balloon import Balloon
from clawd_desktop.system.notifications.freedesktop import FreedesktopNotifier
from clawd_desktop.system.notifications.once import Once
from clawd_desktop.system.notifications.silent import Silent
from clawd_desktop.system.notifications.table import make_notifier


@pytest.mark.parametrize(
    ("platform", "kind"),
    [("linux", FreedesktopNotifier), ("freebsd14", FreedesktopNotifier), ("darwin", Balloon), ("win32", Balloon)],
)
def test_a_screen_has_a_notifier(platform: str, kind: type) -> None:
    made = make_notifier(print, ManualClock(), lambda title, text, severity: None, platform)
    assert isinstance(made, Once)
    assert isinstance(made._inner, kind)


def test_without_a_screen_there_is_none() -> None:
    assert isinstance(make_notifier(print, ManualClock(), None), Silent)
