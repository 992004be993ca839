"""Steps of a wizard as Clawdbot's clients read them, and updates, fit our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.setup import UpdateResult, WizardNext, WizardStarted, WizardStatus

STEP = {
    "id": "s", "type": "select", "message": "m", "options": [{"value": "a", "label": "A", "hint": "h"}],
    "initialValue": "a", "executor": "client",
}  # fmt: skip


def test_a_step_and_the_end() -> None:
    assert misfit(WizardNext, {"done": False, "step": STEP, "status": "running"}) == ""
    assert misfit(WizardNext, {"done": True, "status": "cancelled", "error": "cancelled"}) == ""
    assert "step.type" in misfit(WizardNext, {"done": False, "step": STEP | {"type": "quiz"}})
    assert "sessionId" in misfit(WizardStarted, {"done": False, "step": STEP})
    assert misfit(WizardStatus, {"status": "running"}) == ""


def test_an_update_that_was_skipped() -> None:
    seen = {"status": "skipped", "mode": "unknown", "reason": "r", "steps": [], "durationMs": 0}
    assert misfit(UpdateResult, seen | {"before": {"version": "1"}}) == ""
    assert misfit(UpdateResult, seen | {"status": "maybe"})
