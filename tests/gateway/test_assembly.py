"""The assembled gateway offers what it is made of."""

from __future__ import annotations

from pathlib import Path

from running_gateway import running


async def test_methods_paths_and_server_stand_together(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert "health" in client.hello["features"]["methods"]  # type: ignore[index]
        assert client.hello["snapshot"]["stateDir"] == str(tmp_path)  # type: ignore[index]
