"""Each row of the method table is called by a test over a real socket."""

from __future__ import annotations

import re
from pathlib import Path

from running_gateway import running

HERE = Path(__file__).parent


async def test_each_method_that_clients_are_told_of_is_called_here(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        features = client.hello["features"]
        told = set(features["methods"])  # type: ignore[index]
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    called = set(re.findall(r'\.(?:call|send)\(\s*"([a-z][\w.-]+)"', sources))
    assert told - called == set()
    assert {"connect.challenge", "agent", "chat", "presence", "tick", "shutdown", "health"} <= set(features["events"])  # type: ignore[index]
