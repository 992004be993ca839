"""Methods that say what the assistant has used."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Sequence

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.messages import Usage
from clawd_desktop.gateway.methods.table import Call, Loose, Method, NoParams, Scope
from clawd_desktop.gateway.results.usage import Totals, UsageCost, UsageStatus
from clawd_desktop.models import local
from clawd_desktop.models.providers import BY_ID
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.operations.usage_history import LONGEST_DAYS, DayUsage

FRESH_S = 30.0
USUAL_DAYS = 30
KEPT = 16


class CostParams(Loose):
    """`days` back from today, as a number or as a text that holds one; 30 when it is neither."""

    days: int | float | str | None = None


class UsageMethods:
    """What the ledger says, kept for half a minute."""

    def __init__(self, ledger: UsageLedger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._kept: OrderedDict[int, tuple[float, UsageCost]] = OrderedDict()

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("usage.status", Scope.READ, NoParams, self.status, result=UsageStatus),
            Method("usage.cost", Scope.READ, CostParams, self.cost, result=UsageCost),
        )

    def status(self, call: Call, params: NoParams) -> UsageStatus:
        """The allowances that providers report; none of those with a plain key does."""
        return {"updatedAt": self._clock.wall_ms(), "providers": []}

    async def cost(self, call: Call, params: CostParams) -> UsageCost:
        """Tokens and US dollars of each day with any use; at most 30 s old."""
        days = wanted_days(params.days)
        now = self._clock.monotonic()
        kept = self._kept.get(days)
        if kept is not None and now - kept[0] < FRESH_S:
            return kept[1]
        found = await asyncio.to_thread(self._ledger.days, days, is_free)
        answer: UsageCost = {
            "updatedAt": self._clock.wall_ms(),
            "days": days,
            "daily": [{"date": day.day, **_totals((day,))} for day in found],
            "totals": _totals(found),
        }
        self._kept[days] = (now, answer)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return answer


def wanted_days(given: int | float | str | None) -> int:
    """How many days are meant, at least one."""
    try:
        number = float(given) if given is not None and not isinstance(given, bool) else math.nan
    except ValueError:
        number = math.nan
    return max(1, min(LONGEST_DAYS, math.floor(number))) if math.isfinite(number) else USUAL_DAYS


def is_free(provider: str) -> bool:
    """Whether answers of this provider cost nothing: the built-in model, and servers that need no key."""
    known = BY_ID.get(provider)
    return provider == local.ROW.provider or (known is not None and not known.key_variables)


def _totals(days: Sequence[DayUsage]) -> Totals:
    used = sum((day.usage for day in days), Usage())
    return {
        "input": used.input,
        "output": used.output,
        "cacheRead": used.cache_read,
        "cacheWrite": used.cache_write,
        "totalTokens": used.total,
        "totalCost": used.cost,
        "missingCostEntries": sum(day.unpriced for day in days),
    }
