"""The shared parts hear of each other: a client that goes takes its open questions along."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_a_client_that_goes_takes_its_question_along(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner:
        async with app.client() as asker:
            await asker.send("exec.approval.request", command="true", id="q1", timeoutMs=60_000)
            assert (await owner.until("exec.approval.requested"))["id"] == "q1"
        while (await owner.call("status"))["desktop"]["connections"] > 1:  # type: ignore[index]
            pass
        with pytest.raises(Refusal, match="unknown approval id"):
            await owner.call("exec.approval.resolve", id="q1", decision="deny")
