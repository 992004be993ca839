"""How long the properties of this folder are tried: briefly with every run, long when CLAWD_THOROUGH is set."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

THOROUGH = bool(os.environ.get("CLAWD_THOROUGH"))


def tried(quick: int, thorough: int, **more: int) -> settings:
    """Settings for so many examples. The health checks are about speed, and real sockets are slow."""
    slow = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large)
    return settings(
        max_examples=thorough if THOROUGH else quick, deadline=None, suppress_health_check=slow, print_blob=True, **more
    )
