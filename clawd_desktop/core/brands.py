"""The names the product has had, as prefixes of environment variables: all rooms ask them in one order."""

from __future__ import annotations

from collections.abc import Mapping

# Source of the order: Clawdbot 2026.1.27 asks MOLTBOT_ before CLAWDBOT_; the third name came later.
BRANDS = ("MOLTBOT_", "CLAWDBOT_", "OPENCLAW_")


def brand_value(environ: Mapping[str, str], name: str) -> str:
    """The value of CLAWDBOT_<name> or one of its twins, "" when none is set."""
    return next((environ[brand + name].strip() for brand in BRANDS if environ.get(brand + name, "").strip()), "")
