"""Which way of showing notifications each platform has: one row per platform."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from clawd_desktop.core.clock import Clock
from clawd_desktop.system.notifications.balloon import Balloon, ShowBalloon
from clawd_desktop.system.notifications.freedesktop import FreedesktopNotifier
from clawd_desktop.system.notifications.once import Once
from clawd_desktop.system.notifications.port import Notifier, OnChosen
from clawd_desktop.system.notifications.silent import Silent

Make = Callable[[OnChosen, ShowBalloon], Notifier]


def _freedesktop(on_chosen: OnChosen, show_balloon: ShowBalloon) -> Notifier:
    return FreedesktopNotifier(on_chosen)


def _balloon(on_chosen: OnChosen, show_balloon: ShowBalloon) -> Notifier:
    return Balloon(show_balloon)


# macOS and Windows want a signed, installed program for notifications with buttons; the tray balloon needs neither.
_BY_PLATFORM: Mapping[str, Make] = {"darwin": _balloon, "win32": _balloon}


def make_notifier(
    on_chosen: OnChosen, clock: Clock, show_balloon: ShowBalloon | None, platform: str = sys.platform
) -> Notifier:
    """The notifier of this platform. `show_balloon` is the tray icon's own; None when there is no screen at all."""
    if show_balloon is None:
        return Silent()
    return Once(_BY_PLATFORM.get(platform, _freedesktop)(on_chosen, show_balloon), clock)
