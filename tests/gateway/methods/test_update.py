"""An update changes nothing and does not pretend to."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Refusal, running

from clawd_desktop import __version__


async def test_it_is_skipped_with_the_reason(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        before = sorted(path.name for path in tmp_path.iterdir())
        answer = await client.call("update.run", note=" please ", timeoutMs=5)
        result = answer["result"]
        assert (result["status"], result["before"]) == ("skipped", {"version": __version__})  # type: ignore[index]
        assert "does not update itself yet" in result["reason"]  # type: ignore[index]
        assert answer["restart"] is None
        assert answer["sentinel"]["payload"]["message"] == "please"  # type: ignore[index]
        assert sorted(path.name for path in tmp_path.iterdir()) == before
        assert (await client.call("health"))["ok"] is True, "it goes on"
        with pytest.raises(Refusal, match="at /timeoutMs: must be >= 1"):
            await client.call("update.run", timeoutMs=0)
