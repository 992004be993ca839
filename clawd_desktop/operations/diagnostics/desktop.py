"""Checks of the desktop: session bus, tray, notifications, and starting at login."""

from __future__ import annotations

import sys

from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.operations.diagnostics.session_bus import Desktop, look
from clawd_desktop.system.autostart.port import AutostartState, AutostartStatus

CATEGORY = "desktop"


async def bus(ground: Ground) -> Found:
    """Whether the session bus answers, and who shows tray icons and notifications on it."""
    if not sys.platform.startswith(("linux", "freebsd", "openbsd")):
        return ()
    return desktop_findings(await look(ground.environ), headless=ground.headless)


def desktop_findings(desktop: Desktop, *, headless: bool) -> Found:
    """What the desktop that was found means; without a screen nothing of it is needed."""
    level = Level.INFO if headless else Level.WARNING
    if desktop.trouble:
        title = "There is no desktop session" if headless else "The session bus does not answer"
        return (
            Finding("desktop.bus.none", CATEGORY, level, title, desktop.trouble,
                    "" if headless else "Without it there are no notifications and no keyring. Log in again."),
        )  # fmt: skip
    found: list[Finding] = []
    if not desktop.tray:
        found.append(
            Finding("desktop.bus.tray", CATEGORY, level, "The desktop has no tray",
                    "Nobody offers org.kde.StatusNotifierWatcher.",
                    "Turn on the tray of your panel; GNOME needs the extension AppIndicator.")
        )  # fmt: skip
    if not desktop.server:
        found.append(
            Finding("desktop.bus.notifications", CATEGORY, level, "The desktop shows no notifications",
                    "Nobody offers org.freedesktop.Notifications.", "Install a notification service, such as dunst.")
        )  # fmt: skip
    elif "actions" not in desktop.abilities:
        found.append(
            Finding("desktop.bus.buttons", CATEGORY, Level.INFO, "Notifications have no buttons here",
                    f"{desktop.server} says that it knows none.", "Answer requests in the window instead.")
        )  # fmt: skip
    return tuple(found)


def autostart(ground: Ground) -> Found:
    """Whether starting at login does what it says."""
    return autostart_finding(ground.autostart.state())


def autostart_finding(status: AutostartStatus) -> Found:
    """What the system says about starting at login."""
    if status.state is AutostartState.STALE:
        return (
            Finding("desktop.autostart.stale", CATEGORY, Level.WARNING, "Starting at login starts another copy",
                    status.sentence(), "Switch it on again in Settings.", "Let it start this copy"),
        )  # fmt: skip
    if status.state is AutostartState.UNKNOWN:
        return (Finding("desktop.autostart.unknown", CATEGORY, Level.WARNING, "Starting at login cannot be read",
                        status.sentence(), "Check the rights of that file."),)  # fmt: skip
    return ()


def mend_autostart(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
    """Let it start this copy."""
    before = ground.autostart.state()
    if dry_run:
        return Mended(finding_id, False, f"Starting at login would start {ground.program} in place of {before.detail}.")
    ground.autostart.enable()
    return Mended(finding_id, True, ground.autostart.state().sentence(), before.detail)


CHECKS = (
    Check("desktop.bus", CATEGORY, "Tray and notifications", bus),
    Check("desktop.autostart", CATEGORY, "Starting at login", autostart, mend_autostart),
)
