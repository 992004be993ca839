"""What only this application can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_pause_resume_and_what_is_not_known(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await client.call("desktop.action", id="assistant.pause:0")
        assert (await client.call("status"))["desktop"]["pausedUntilMs"] == 0  # type: ignore[index]
        await client.call("desktop.action", id="assistant.resume")
        assert (await client.call("status"))["desktop"]["pausedUntilMs"] is None  # type: ignore[index]
        for unknown in ("rm -rf", "assistant.pause:soon"):
            with pytest.raises(Refusal):
                await client.call("desktop.action", id=unknown)


async def test_quit_answers_and_then_ends(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert await client.call("desktop.quit") == {"ok": True}
        assert (await client.until("shutdown"))["restartExpectedMs"] is None
