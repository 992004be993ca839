"""The ledger over the wire, page by page."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_pages_follow_each_other(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        for number in range(7):
            await client.call("voicewake.set", triggers=[f"hey {number}"])
            with pytest.raises(Refusal):
                await client.call("device.pair.reject", requestId=f"r{number}")
        seen: list[int] = []
        page = await client.call("audit.list", limit=3)
        while True:
            seen += [row["seq"] for row in page["entries"]]  # type: ignore[union-attr,index,call-overload]
            if "before" not in page:
                break
            page = await client.call("audit.list", limit=3, before=page["before"])
    assert seen == list(range(seen[0], 0, -1))
    assert len(seen) >= 8
    logging.getLogger("clawd").debug("end")


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 5000}, {"before": 0}, {"other": 1}])
async def test_parameters_that_do_not_fit(tmp_path: Path, params: dict[str, object]) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="invalid audit.list params"):
            await client.call("audit.list", **params)


async def test_only_an_administrator_sees_it(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client(scopes=["operator.read", "operator.write"]) as client:
        with pytest.raises(Refusal, match="missing scope: operator.admin"):
            await client.call("audit.list")
