"""What the bus tells of is written down, with who did it."""

from __future__ import annotations

import pytest

from clawd_desktop.core.acting import acting_as
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import (
    AlertChanged,
    ApprovalEnded,
    ConfigChanged,
    Event,
    GatewayChanged,
    GatewayPhase,
    PairingChanged,
    PauseChanged,
    Repaired,
    RestoreEnded,
    SecretsChanged,
    ShuttingDown,
)
from clawd_desktop.operations.audit_events import AuditEvents

Row = tuple[str, str, str, bool, str]


class Rows:
    """A ledger that keeps what it is told."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def record(self, actor: str, act: str, subject: str, *, ok: bool = True, detail: str = "") -> None:
        self.rows.append((actor, act, subject, ok, detail))


@pytest.mark.parametrize(
    ("event", "row"),
    [
        (ConfigChanged(("gateway.port", "ui.x")), ("me", "config.changed", "gateway.port, ui.x", True, "")),
        (SecretsChanged("ok"), ("me", "secrets.changed", "ok", True, "")),
        (PairingChanged("r", "d" * 40, False), ("me", "pairing.decided", f"device:{'d' * 12}", True, "")),
        (ApprovalEnded("a1", "deny", "Desk"), ("Desk", "approval.decided", "a1", True, "deny")),
        (ApprovalEnded("a1"), ("me", "approval.decided", "a1", False, "nobody")),
        (AlertChanged("7", "cpu", "acknowledged"), ("me", "alert.acknowledged", "cpu", True, "7")),
        (Repaired("gateway", "restart", False, "text"), ("me", "repair.restart", "gateway", False, "")),
        (GatewayChanged(GatewayPhase.RUNNING, ("ws://x",)), ("me", "gateway.running", "ws://x", True, "")),
        (GatewayChanged(GatewayPhase.FAILED, (), "taken"), ("me", "gateway.failed", "", False, "")),
        (PauseChanged(0), ("me", "assistant.paused", "", True, "")),
        (PauseChanged(None), ("me", "assistant.resumed", "", True, "")),
        (RestoreEnded(True, "r1", "text", "b"), ("me", "backup.restored", "b", True, "")),
        (RestoreEnded(False, "", "text", "r1", True), ("me", "backup.undone", "r1", False, "")),
        (ShuttingDown("quit"), ("me", "application.stop", "quit", True, "")),
    ],
)
def test_each_event_is_a_row(event: Event, row: Row) -> None:
    bus, ledger = EventBus(), Rows()
    end = AuditEvents(ledger).listen(bus)
    assert ledger.rows.pop()[1] == "application.start"
    with acting_as("me"):
        bus.publish(event)
        assert ledger.rows == [row]
        end()
        bus.publish(event)
    assert len(ledger.rows) == 1


@pytest.mark.parametrize(
    "event",
    [
        ConfigChanged(()),
        PairingChanged("r", "d", True),
        AlertChanged("7", "cpu", "over"),
        GatewayChanged(GatewayPhase.STARTING),
    ],
)
def test_what_nobody_decided_is_no_row(event: Event) -> None:
    bus, ledger = EventBus(), Rows()
    AuditEvents(ledger).listen(bus)
    bus.publish(event)
    assert len(ledger.rows) == 1
