"""All checks of the installation, one row each, in the order in which they are shown."""

from __future__ import annotations

from clawd_desktop.operations.diagnostics import (
    backups,
    boxes,
    configuration,
    conversations,
    databases,
    desktop,
    keyring,
    models,
    network,
    process,
    storage,
    system,
    traces,
)
from clawd_desktop.operations.diagnostics.check import Check

CHECKS: tuple[Check, ...] = (
    *system.CHECKS,
    *process.CHECKS,
    *network.CHECKS,
    *storage.CHECKS,
    *keyring.CHECKS,
    *desktop.CHECKS,
    *boxes.CHECKS,
    *configuration.CHECKS,
    *models.CHECKS,
    *databases.CHECKS,
    *conversations.CHECKS,
    *traces.CHECKS,
    *backups.CHECKS,
)
