"""What was used, over a real socket, from the ledger that the runs have written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from running_gateway import running

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.methods.usage import FRESH_S, CostParams, UsageMethods, is_free, wanted_days
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.operations.usage_history import LONGEST_DAYS


async def test_a_run_costs_what_the_ledger_says(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        empty = await client.call("usage.cost", days=1)
        assert (empty["days"], empty["daily"]) == (1, [])
        await client.call("chat.send", sessionKey="main", message="hi", idempotencyKey="k")
        await client.until("chat", runId="k", state="final")
        cost = await client.call("usage.cost", days="7", surprise=True)
        (day,) = cost["daily"]  # type: ignore[misc]
        assert day["date"] == datetime.now().strftime("%Y-%m-%d")
        assert (day["input"], day["output"], day["totalTokens"], day["totalCost"]) == (10, 5, 15, 0)
        assert cost["totals"]["missingCostEntries"] == 1, "the price of this model is not known"  # type: ignore[index]
        assert (await client.call("usage.cost", days=1))["daily"] == [], "an answer is kept for half a minute"
        assert (await client.call("usage.status"))["providers"] == []


async def test_an_answer_is_kept_for_half_a_minute_and_not_longer(tmp_path: Path) -> None:
    clock = ManualClock()
    ledger = UsageLedger(tmp_path, EventBus(), clock)
    methods = UsageMethods(ledger, clock)
    first = await methods.cost(None, CostParams())  # type: ignore[arg-type]
    clock.advance(FRESH_S - 1)
    assert await methods.cost(None, CostParams(days=30)) is first  # type: ignore[arg-type]
    clock.advance(2)
    later = await methods.cost(None, CostParams())  # type: ignore[arg-type]
    assert later["updatedAt"] > first["updatedAt"]
    for days in range(1, 40):
        await methods.cost(None, CostParams(days=days))  # type: ignore[arg-type]
    assert len(methods._kept) == 16


@pytest.mark.parametrize(
    ("given", "days"),
    [
        (None, 30), (7, 7), (7.9, 7), ("14", 14), (" 3 ", 3), ("x", 30), ("", 30), (0, 1), (-5, 1), ("nan", 30),
        ("inf", 30), (10**30, LONGEST_DAYS),
    ],
)  # fmt: skip
def test_days_may_be_a_number_or_a_text(given: int | float | str | None, days: int) -> None:
    assert wanted_days(given) == days


def test_what_costs_nothing() -> None:
    assert [is_free(name) for name in ("local", "ollama", "openai", "somebody")] == [True, True, False, False]
