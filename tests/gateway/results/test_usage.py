"""What a Clawdbot 2026.1.24 gateway was seen to answer about usage fits our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.usage import UsageCost, UsageStatus

TOTALS = {
    "input": 1, "output": 2, "cacheRead": 3, "cacheWrite": 4, "totalTokens": 10, "totalCost": 0.5,
    "missingCostEntries": 0,
}  # fmt: skip


def test_allowances() -> None:
    windows = [{"label": "5h", "usedPercent": 12, "resetAt": 5}]
    row = {"provider": "anthropic", "displayName": "Claude", "windows": windows, "plan": "Max"}
    assert misfit(UsageStatus, {"updatedAt": 1, "providers": [row]}) == ""
    assert misfit(UsageStatus, {"updatedAt": 1, "providers": []}) == ""


def test_costs() -> None:
    seen = {"updatedAt": 1, "days": 30, "daily": [{"date": "2026-01-27", **TOTALS}], "totals": TOTALS}
    assert misfit(UsageCost, seen) == ""
    assert "totals.date" in misfit(UsageCost, seen | {"totals": {"date": "x", **TOTALS}})
