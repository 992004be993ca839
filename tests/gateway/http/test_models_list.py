"""The agents are offered as models, with a date that is true."""

from __future__ import annotations

from pathlib import Path

import pytest
from http_clients import OPENAI_ON, curl, openai_client
from running_gateway import running


async def test_agents_are_models(tmp_path: Path) -> None:
    agents = {"list": [{"id": "main", "default": True}, {"id": "Work"}], "defaults": {"workspace": "workspace"}}
    async with running(tmp_path, gateway=OPENAI_ON, agents=agents) as app, openai_client(app) as client:
        rows = [row async for row in await client.models.list()]
        assert [row.id for row in rows] == ["clawdbot:main", "clawdbot:work"]
        assert {row.created for row in rows} == {int((tmp_path / "clawdbot.json").stat().st_mtime)}
        one = await client.models.retrieve("clawdbot:work")
        assert (one.id, one.object, one.owned_by) == ("clawdbot:work", "model", "clawd-desktop")
        assert (await client.models.retrieve("clawdbot")).id == "clawdbot", "what a request may name can be looked up"
        with pytest.raises(Exception, match="not known here. GET /v1/models lists them") as caught:
            await client.models.retrieve("clawdbot:nobody")
        assert caught.value.status_code == 404  # type: ignore[attr-defined]
        assert (await curl(app, "/v1/models", token=None)).status == 401
        assert (await curl(app, "/v1/models", body={})).status == 405


async def test_a_wrong_key_is_an_authentication_error(tmp_path: Path) -> None:
    from openai import AuthenticationError

    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app, api_key="wrong") as client:
        with pytest.raises(AuthenticationError):
            await client.models.list()
