"""All paths stand together, and those that are off are not there."""

from __future__ import annotations

from pathlib import Path

from http_clients import curl
from running_gateway import running


async def test_what_is_there_by_default(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        for path, status in (
            ("/healthz", 200), ("/readyz", 200), ("/avatar/main?meta=1", 200), ("/v1/models", 404),
            ("/hooks/wake", 404), ("/c/x", 404), ("/tools/invoke", 405),
        ):  # fmt: skip
            assert (await curl(app, path)).status == status, path
