"""The canvas is read by those who know its secret path, and nothing outside of its folder is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from http_clients import curl
from running_gateway import Running, running

from clawd_desktop.gateway.http.canvas import policy

SECRET_TEXT = "canary of a file outside"


def filled(root: Path) -> None:
    (root / "sub").mkdir(parents=True)
    (root / "index.html").write_text("<h1>Canvas</h1>", encoding="utf-8")
    (root / "sub" / "app.js").write_text("1", encoding="utf-8")
    (root / ".env").write_text(SECRET_TEXT, encoding="utf-8")
    (root.parent / "outside.txt").write_text(SECRET_TEXT, encoding="utf-8")
    os.symlink(root.parent / "outside.txt", root / "link.txt")
    os.symlink(root.parent, root / "up")
    os.mkfifo(root / "pipe.txt")


async def canvas(app: Running) -> str:
    """The path that a client is told."""
    async with app.client() as client:
        url = str(client.hello["canvasHostUrl"])
    start = f"http://127.0.0.1:{app.port}"
    assert url.startswith(f"{start}/c/")
    return url.removeprefix(start)


async def test_a_client_reads_the_canvas_without_its_secret(tmp_path: Path) -> None:
    filled(tmp_path / "workspace" / "canvas")
    async with running(tmp_path) as app:
        path = await canvas(app)
        for brand in ("clawdbot", "moltbot", "openclaw"):
            page = await curl(app, f"{path}/__{brand}__/canvas/", token=None)
            assert (page.status, page.text) == (200, "<h1>Canvas</h1>")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        rule = page.headers["content-security-policy"]
        assert rule.startswith("sandbox allow-scripts; default-src ")
        assert f"connect-src http://127.0.0.1:{app.port}{path.lower()}/;" in rule.lower()
        assert "allow-same-origin" not in rule
        assert page.headers["x-content-type-options"] == "nosniff"
        script = await curl(app, f"{path}/__clawdbot__/canvas/sub/app.js", token=None)
        assert (script.status, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        head = await curl(app, f"{path}/__clawdbot__/canvas/index.html", "-I", token=None)
        assert (head.status, head.headers["content-length"], head.text) == (200, "15", "")
        # A sandboxed page has no origin: what it loads looks like a stranger's request, but for the path.
        foreign = ("-H", "Origin: null", "-H", "Sec-Fetch-Site: cross-site")
        assert (await curl(app, f"{path}/__clawdbot__/canvas/sub/app.js", *foreign, token=None)).status == 200
        assert (await curl(app, "/healthz", *foreign, token=None)).status == 403
        folder = await curl(app, f"{path}/__clawdbot__/canvas", token=None)
        assert (folder.status, folder.headers["location"]) == (302, f"{path.lower()}/__clawdbot__/canvas/")


async def test_without_the_path_there_is_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "workspace" / "canvas")
    async with running(tmp_path) as app:
        path = await canvas(app)
        wrong = path[:-1] + ("a" if path[-1] != "a" else "b")
        for each in ("/c/", "/c/x", wrong, path.upper(), "", "/c//" + path[3:]):
            for name in ("/__clawdbot__/canvas/", "/__clawdbot__/canvas/index.html"):
                assert (await curl(app, each + name, token=None)).status == 404
        foreign = ("-H", "Origin: https://evil.example")
        assert (await curl(app, f"{wrong}/__clawdbot__/canvas/", *foreign, token=None)).status == 403
        assert (await curl(app, f"{path}/healthz", token=None)).status == 404
        assert (await curl(app, f"{path}/__clawdbot__/canvas/", body={}, token=None)).status == 404


async def test_the_path_is_another_one_after_a_start(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        first = await canvas(app)
    async with running(tmp_path) as app:
        assert await canvas(app) != first


TRICKS = [
    "/..%2f..%2fetc/passwd", "/%2e%2e/outside.txt", "/%252e%252e/outside.txt", "/..%5coutside.txt", "/..\\outside.txt",
    "/../outside.txt", "/sub/../../outside.txt", "/sub/%2e%2e/%2e%2e/outside.txt", "//etc/passwd", "//",
    "/./index.html", "/index.html%00.txt", "/%00", "/link.txt", "/up/outside.txt", "/up/", "/.env", "/sub/.",
    "/pipe.txt", "/C:/x",
    "/index.html/", "/index.html.", "/index.html%20", "/index.html::$DATA", "/%ff", "/%c0%ae%c0%ae/outside.txt",
    "/a" * 700, "/" + "a" * 300, "/sub", "/sub/", "/none.html", "/%2fetc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("chunk", range(4))
async def test_tricks_lead_nowhere(tmp_path: Path, chunk: int) -> None:
    filled(tmp_path / "workspace" / "canvas")
    async with running(tmp_path) as app:
        path = await canvas(app)
        for trick in TRICKS[chunk::4]:
            answer = await curl(app, f"{path}/__clawdbot__/canvas{trick}", token=None)
            assert answer.status in (302, 400, 404), trick
            assert (answer.status == 302) == (trick == "/sub"), trick
            assert SECRET_TEXT not in answer.text


async def test_off_and_elsewhere(tmp_path: Path) -> None:
    filled(tmp_path / "other")
    async with running(tmp_path, canvasHost={"root": "other"}) as app, app.client() as owner:
        path = await canvas(app)
        assert (await curl(app, f"{path}/__clawdbot__/canvas/", token=None)).status == 200
        shot: Any = await owner.call("config.get")
        await owner.call("config.patch", raw=json.dumps({"canvasHost": {"enabled": False}}), baseHash=shot["hash"])
        assert (await curl(app, f"{path}/__clawdbot__/canvas/", token=None)).status == 404
        async with app.client() as client:
            assert "canvasHostUrl" not in client.hello


def test_a_page_may_load_its_own_files_only() -> None:
    rule = policy("http://127.0.0.1:1/c/x/")
    assert "connect-src http://127.0.0.1:1/c/x/;" in rule
    for shut in ("form-action 'none'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"):
        assert shut in rule
    assert "'self'" not in rule
