"""Writes down in the audit ledger what the bus tells of: changes, decisions, repairs, start and end."""

from __future__ import annotations

import os
from collections.abc import Callable

from clawd_desktop import __version__
from clawd_desktop.core.acting import actor
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import (
    AlertChanged,
    ApprovalEnded,
    ConfigChanged,
    GatewayChanged,
    GatewayPhase,
    PairingChanged,
    PauseChanged,
    Repaired,
    RestoreEnded,
    SecretsChanged,
    ShuttingDown,
)
from clawd_desktop.core.ports import Ledger

_ALERT_ACTS = ("acknowledged", "snoozed")
_PHASES = {GatewayPhase.RUNNING: True, GatewayPhase.FAILED: False, GatewayPhase.STOPPED: True}


class AuditEvents:
    """Each handler is one row of the ledger; who acts is known from where the event was sent."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def listen(self, bus: EventBus) -> Callable[[], None]:
        """Begin to write down, the start first; returns what ends it."""
        self._ledger.record("application", "application.start", f"version {__version__}", detail=f"pid {os.getpid()}")
        undo = (
            bus.subscribe(ConfigChanged, self._config),
            bus.subscribe(SecretsChanged, self._secrets),
            bus.subscribe(PairingChanged, self._pairing),
            bus.subscribe(ApprovalEnded, self._approval),
            bus.subscribe(AlertChanged, self._alert),
            bus.subscribe(Repaired, self._repaired),
            bus.subscribe(GatewayChanged, self._gateway),
            bus.subscribe(PauseChanged, self._pause),
            bus.subscribe(RestoreEnded, self._restored),
            bus.subscribe(ShuttingDown, self._end),
        )

        def end() -> None:
            for unsubscribe in undo:
                unsubscribe()

        return end

    def _config(self, event: ConfigChanged) -> None:
        if event.paths:
            self._ledger.record(actor(), "config.changed", ", ".join(event.paths))

    def _secrets(self, event: SecretsChanged) -> None:
        self._ledger.record(actor(), "secrets.changed", event.state)

    def _pairing(self, event: PairingChanged) -> None:
        if not event.requested:
            self._ledger.record(actor(), "pairing.decided", f"device:{event.device_id[:12]}")

    def _approval(self, event: ApprovalEnded) -> None:
        decided = bool(event.decision)
        who = event.by or actor()
        self._ledger.record(who, "approval.decided", event.approval_id, ok=decided, detail=event.decision or "nobody")

    def _alert(self, event: AlertChanged) -> None:
        if event.state in _ALERT_ACTS:
            self._ledger.record(actor(), f"alert.{event.state}", event.rule, detail=event.alert_id)

    def _repaired(self, event: Repaired) -> None:
        self._ledger.record(actor(), f"repair.{event.act}", event.subject, ok=event.ok)

    def _gateway(self, event: GatewayChanged) -> None:
        if event.phase in _PHASES:
            addresses = ", ".join(event.addresses)
            self._ledger.record(actor(), f"gateway.{event.phase.value}", addresses, ok=_PHASES[event.phase])

    def _pause(self, event: PauseChanged) -> None:
        self._ledger.record(actor(), "assistant.paused" if event.until_ms is not None else "assistant.resumed", "")

    def _restored(self, event: RestoreEnded) -> None:
        # In the run after it: what was written before may have gone with it.
        act = "backup.undone" if event.takes_back else "backup.restored"
        self._ledger.record(actor(), act, event.what, ok=event.ok)

    def _end(self, event: ShuttingDown) -> None:
        self._ledger.record(actor(), "application.stop", event.reason)
