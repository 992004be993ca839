"""Pictures of agents are shown to everybody on this computer; anything else of the workspace is not."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from http_clients import PIXEL, curl
from running_gateway import running

from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import NotFound
from clawd_desktop.gateway.http import avatars
from clawd_desktop.gateway.http.avatars import LARGEST_KEPT, Avatar, avatar_of

AGENTS: dict[str, Any] = {
    "list": [
        {"id": "main", "default": True, "identity": {"avatar": "pics/me.png"}},
        {"id": "url", "identity": {"avatar": "https://example.org/a.png"}},
        {"id": "svg", "identity": {"avatar": "pics/x.svg"}},
        {"id": "up", "identity": {"avatar": "../secret.png"}},
        {"id": "abs", "identity": {"avatar": "/etc/passwd.png"}},
        {"id": "link", "identity": {"avatar": "pics/link.png"}},
        {"id": "text", "identity": {"avatar": "notes.txt"}},
        {"id": "emoji", "identity": {"avatar": "🦞"}},
        {"id": "own", "workspace": "other", "identity": {"avatar": "me.gif"}},
    ],
    "defaults": {"workspace": "workspace"},
}


def filled(state: Path) -> None:
    (state / "workspace" / "pics").mkdir(parents=True)
    (state / "other").mkdir()
    for name in ("workspace/pics/me.png", "secret.png", "other/me.gif"):
        (state / name).write_bytes(base64.b64decode(PIXEL))
    (state / "workspace" / "pics" / "x.svg").write_text("<svg><script>1</script></svg>", encoding="utf-8")
    (state / "workspace" / "notes.txt").write_text("secret", encoding="utf-8")
    os.symlink(state / "secret.png", state / "workspace" / "pics" / "link.png")


async def test_a_picture_of_the_workspace(tmp_path: Path) -> None:
    filled(tmp_path)
    async with running(tmp_path, agents=AGENTS) as app:
        got = await curl(app, "/avatar/main", "-o", "/dev/null", "-D", "-", token=None)
        assert (got.status, got.headers["content-type"]) == (200, "image/png")
        assert got.headers["x-content-type-options"] == "nosniff"
        meta = await curl(app, "/avatar/MAIN?meta=1", token=None)
        assert (meta.status, meta.json) == (200, {"avatarUrl": "/avatar/main"})
        assert (await curl(app, "/avatar/url?meta=1", token=None)).json == {"avatarUrl": "https://example.org/a.png"}
        assert (await curl(app, "/avatar/own?meta=1", token=None)).json == {"avatarUrl": "/avatar/own"}
        svg = await curl(app, "/avatar/svg", token=None)
        assert (svg.status, svg.headers["content-security-policy"].startswith("default-src 'none'")) == (200, True)


async def test_nothing_else(tmp_path: Path) -> None:
    filled(tmp_path)
    async with running(tmp_path, agents=AGENTS) as app:
        for agent in ("up", "abs", "link", "text", "emoji", "none", "url"):
            assert (await curl(app, f"/avatar/{agent}", token=None)).status == 404, agent
        for agent in ("up", "abs", "link", "text", "emoji", "none"):
            assert (await curl(app, f"/avatar/{agent}?meta=1", token=None)).json == {"avatarUrl": None}, agent
        for path in ("/avatar/", "/avatar", "/avatar/main/x", "/avatar/..%2fmain", "/avatar/%6dain", "/avatar//main"):
            assert (await curl(app, path, token=None)).status == 404, path
        assert (await curl(app, "/avatar/main", body={})).status == 405


async def test_it_lies_below_the_page_and_goes_with_it(tmp_path: Path) -> None:
    filled(tmp_path)
    async with running(tmp_path, agents=AGENTS, gateway={"controlUi": {"basePath": "/clawd/"}}) as app:
        assert (await curl(app, "/clawd/avatar/main?meta=1", token=None)).json == {"avatarUrl": "/clawd/avatar/main"}
        assert (await curl(app, "/avatar/main", token=None)).status == 404
    (tmp_path / "clawdbot.json").write_text(json.dumps({"gateway": {"controlUi": {"enabled": False}}}), "utf-8")
    async with running(tmp_path) as app:
        assert (await curl(app, "/avatar/main?meta=1", token=None)).status == 404


def test_the_default_agent_has_the_assistants_picture() -> None:
    raw: Any = {"ui": {"assistant": {"avatar": "me.png"}}}
    config = Config.model_validate(raw)
    assert avatar_of(config, "main", lambda _: Path("/w")) == Avatar(root=Path("/w"), names=("me.png",))
    assert avatar_of(config, "other", lambda _: Path("/w")) is None


async def test_a_picture_is_kept_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path)
    reads: list[Avatar] = []
    real = avatars._read  # noqa: SLF001

    def counted(avatar: Avatar) -> bytes:
        reads.append(avatar)
        return real(avatar)

    monkeypatch.setattr(avatars, "_read", counted)
    picture = tmp_path / "workspace" / "pics" / "me.png"
    async with running(tmp_path, agents=AGENTS) as app, app.client() as client, aiohttp.ClientSession() as session:

        async def got() -> bytes:
            async with session.get(f"http://127.0.0.1:{app.port}/avatar/main") as response:
                assert response.status == 200
                return await response.read()

        assert {await got() for _ in range(5)} == {picture.read_bytes()}
        assert len(reads) == 1
        rows = {row["namespace"]: row for row in (await client.call("cache.stats"))["namespaces"]}
        assert (rows["avatars"]["hitsMemory"], rows["avatars"]["misses"]) == (4, 1)
        picture.write_bytes(base64.b64decode(PIXEL) + b"changed")
        assert (await got()).endswith(b"changed")
        assert len(reads) == 2
        picture.write_bytes(b"x" * (LARGEST_KEPT + 1))
        assert len(await got()) == LARGEST_KEPT + 1
        assert len(reads) == 2, "a large one is sent from the disk"


def test_a_picture_that_grew_or_went_meanwhile_is_not_there(tmp_path: Path) -> None:
    avatar = Avatar(root=tmp_path, names=("a.png",))
    with pytest.raises(NotFound):
        avatars._read(avatar)  # noqa: SLF001
    (tmp_path / "a.png").write_bytes(b"x" * (LARGEST_KEPT + 1))
    with pytest.raises(NotFound):
        avatars._read(avatar)  # noqa: SLF001
