"""A message as sinks get it."""

from __future__ import annotations

from dataclasses import replace

from clawd_desktop.operations.alert_rules import Importance
from clawd_desktop.operations.alert_sinks.port import Kind, Told

NOW = 1_760_000_000_000
DISK = Told(
    Kind.RAISED, "a1", "disk.low", Importance.WARNING, "The disk is nearly full", "Free disk is 1.0 GiB.\nFree some.",
    NOW, "system.diskFree", 1.0, 2.0, NOW,
)  # fmt: skip


def told(**changes: object) -> Told:
    """That message, changed."""
    return replace(DISK, **changes)  # type: ignore[arg-type]
