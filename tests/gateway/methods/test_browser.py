"""There is no browser, and nothing claims that there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_a_request_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client(scopes=["operator.write"]) as client:
        with pytest.raises(Refusal, match="not built into this version yet") as refused:
            await client.call("browser.request", method="POST", path="/tabs", body={"a": 1}, other=2)
        assert refused.value.error["code"] == "UNAVAILABLE"
        with pytest.raises(Refusal, match="at /method"):
            await client.call("browser.request", method="PUT", path="/")
        assert "browser.request" not in client.hello["features"]["methods"]  # type: ignore[index]
