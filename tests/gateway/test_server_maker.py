"""Each start of the gateway makes a server with what the configuration says then."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from running_gateway import running


async def canvas(state: Path) -> str:
    async with running(state) as app, app.client() as client:
        return urlsplit(str(client.hello["canvasHostUrl"])).path


async def test_the_canvas_has_another_secret_path_after_each_start(tmp_path: Path) -> None:
    first, second = await canvas(tmp_path), await canvas(tmp_path)
    assert first.startswith("/c/")
    assert len(first) > 40
    assert first != second


async def test_without_a_canvas_none_is_named(tmp_path: Path) -> None:
    async with running(tmp_path, canvasHost={"enabled": False}) as app, app.client() as client:
        assert "canvasHostUrl" not in client.hello
