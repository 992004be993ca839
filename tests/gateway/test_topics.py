"""Every method of the socket belongs to one topic."""

from __future__ import annotations

from pathlib import Path

from gateway.methods.upstream_names import NAMES
from running_gateway import running


async def test_the_topics_together_are_all_methods(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert client.hello["features"]["methods"] == NAMES  # type: ignore[index]
