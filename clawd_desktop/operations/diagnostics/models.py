"""Checks of models: is there one, has it a key, and (asked deeply) does it really answer."""

from __future__ import annotations

import email.utils
from contextlib import aclosing
from urllib.parse import urlsplit

from clawd_desktop.core.errors import ClawdError, ModelFault, NotFound
from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.core.messages import user_message
from clawd_desktop.core.ports import ModelDone, ModelRequest
from clawd_desktop.core.tls import context_for
from clawd_desktop.models import local
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Brains, Ground

CATEGORY = "models"
ANSWER_S = 60.0
MOST_DRIFT_S = 60.0
_OWN = ("localhost", "127.0.0.1", "::1")


async def usable(ground: Ground) -> Found:
    """Whether each chosen model is known, and a key for it is there."""
    if ground.brains is None:
        return ()
    catalog = ground.brains.catalog
    found: list[Finding] = []
    for number, ref in enumerate((catalog.primary(), *catalog.fallbacks())):
        trouble = await _trouble(ground.brains, ref)
        if trouble:
            level = Level.ERROR if number == 0 else Level.WARNING
            title = "The model cannot be used" if number == 0 else "A fallback model cannot be used"
            hint = "Enter its key in Settings, Models & keys, or choose another model."
            cause = "primary" if number == 0 else f"fallback{number}"
            found.append(Finding(f"models.usable.{cause}", CATEGORY, level, title, f"{ref}: {trouble}", hint))
    return tuple(found)


async def _trouble(brains: Brains, ref: str) -> str:
    try:
        row = brains.catalog.find(ref)
        if row.provider == local.ROW.provider:
            return "" if local.installed() else "The built-in model is not installed."
        facts, said = brains.catalog.provider(row.provider), brains.catalog.said_of(row.provider)
        key = await brains.keys.find(facts, said.api_key)
    except NotFound as missing:
        return missing.sentence()
    except ClawdError as error:
        return error.sentence()
    return f"There is no key for {facts.name}." if facts.key_variables and not key.value else ""


async def answers(ground: Ground) -> Found:
    """Whether the model really answers: one short question."""
    if ground.brains is None:
        return ()
    question = user_message("Reply with OK.", now_ms=ground.clock.wall_ms())
    request = ModelRequest(system="", messages=(question,), max_tokens=16)
    try:
        async with aclosing(ground.brains.models.stream(request)) as events:  # type: ignore[type-var]
            async for event in events:
                if isinstance(event, ModelDone):
                    return ()
    except ModelFault as fault:
        told = fault.sentence()
    else:
        told = "Its answer ended early."
    return (
        Finding("models.answers.none", CATEGORY, Level.ERROR, "No model answers", ground.redactor.clean(told),
                "Mend what it says, or add a fallback model."),
    )  # fmt: skip


async def clock_drift(ground: Ground) -> Found:
    """Whether the clock agrees with that of the provider (its HTTP Date)."""
    address = _provider_address(ground)
    if not address:
        return ()
    import aiohttp

    try:
        timeout = aiohttp.ClientTimeout(total=8.0)
        async with (
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.head(address, allow_redirects=False, ssl=await context_for(address)) as response,
        ):
            shown = response.headers.get("Date", "")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return ()  # whether it can be reached is another check's matter
    return drift_finding(shown, ground.clock.wall_ms() / 1000)


def drift_finding(shown: str, now_s: float) -> Found:
    """What a server's Date means at `now_s` seconds since the epoch."""
    try:
        other = email.utils.parsedate_to_datetime(shown).timestamp()
    except (TypeError, ValueError):
        return ()
    drift = now_s - other
    if abs(drift) <= MOST_DRIFT_S:
        return ()
    way = "fast" if drift > 0 else "slow"
    return (
        Finding("models.clock.drift", CATEGORY, Level.WARNING, "The clock is wrong",
                f"It is {abs(drift):.0f} s {way}, compared with a server.",
                "Turn on the time service: certificates and sign-ins fail otherwise."),
    )  # fmt: skip


def _provider_address(ground: Ground) -> str:
    """Where the provider of the first model is; "" when it is on this computer, which has the same clock."""
    if ground.brains is None:
        return ""
    try:
        row = ground.brains.catalog.find(ground.brains.catalog.primary())
        base = "" if row.provider == local.ROW.provider else ground.brains.catalog.provider(row.provider).base_url
    except NotFound:
        return ""
    return base if base and urlsplit(base).hostname not in _OWN else ""


CHECKS = (
    Check("models.usable", CATEGORY, "Models", usable, limit_s=15.0),
    Check("models.answers", CATEGORY, "Answer of the model", answers, deep=True, limit_s=ANSWER_S),
    Check("models.clock", CATEGORY, "Clock compared with the provider's", clock_drift, deep=True),
)
