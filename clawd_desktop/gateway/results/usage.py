"""What usage.status and usage.cost answer. Source: Clawdbot 2026.1.24, results as observed."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class Window(TypedDict):
    """How much of a provider's allowance is used; `resetAt` in milliseconds since the epoch."""

    label: str
    usedPercent: float
    resetAt: NotRequired[int]


class ProviderUsage(TypedDict):
    """The allowances of one provider."""

    provider: str
    displayName: str
    windows: list[Window]
    plan: NotRequired[str]
    error: NotRequired[str]


class UsageStatus(TypedDict):
    """The allowances of all providers that report one."""

    updatedAt: int
    providers: list[ProviderUsage]


class Totals(TypedDict):
    """Tokens and US dollars; `missingCostEntries` are answers whose price is not known."""

    input: int
    output: int
    cacheRead: int
    cacheWrite: int
    totalTokens: int
    totalCost: float
    missingCostEntries: int


class Day(Totals):
    """What one day used; `date` is YYYY-MM-DD, local time."""

    date: str


class UsageCost(TypedDict):
    """What the last `days` days used, day by day and together."""

    updatedAt: int
    days: int
    daily: list[Day]
    totals: Totals
