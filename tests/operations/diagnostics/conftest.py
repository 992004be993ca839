"""An installation in a folder of its own, for checks to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from operations_stage import make_ground

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.operations.diagnostics.ground import Ground

Grounds = Callable[..., Ground]


@pytest.fixture
def grounds(tmp_path: Path) -> Grounds:
    """Makes the ground of an installation with this configuration and environment; a second call looks again."""

    def make(text: str = "", **environ: str) -> Ground:
        ground = make_ground(tmp_path, EventBus(), SystemClock(), environ)
        ground.paths.state.mkdir(mode=0o700, exist_ok=True)
        if text:
            ground.paths.config_file.write_text(text, encoding="utf-8")
            ground.paths.config_file.chmod(0o600)
        asyncio.run(ground.config.load())
        return ground

    return make


@pytest.fixture
def ground(grounds: Grounds) -> Ground:
    """An installation that was never started."""
    return grounds()
