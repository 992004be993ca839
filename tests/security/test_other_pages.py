"""A page of another origin, in a real Chromium, can neither read nor write, whatever it knows and however it asks."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from chromium import chromium, page_in
from gateway_rig import SECRET, Rig, connect_params, rig
from security.test_no_credential_no_handler import Entered

from clawd_desktop.gateway.admission import Denial, Peer, RequestFacts
from clawd_desktop.gateway.http.routes import Access, Ask, Route

pytestmark = pytest.mark.timeout(120)
PAGE = "<!doctype html><title>other</title><body>hello</body>"
# Every way in which a page can reach another address; each says what it got, "" for nothing.
ATTACK = """
async ([base, secret, connect]) => {
  const got = {};
  const soon = (promise, ms) => Promise.race([promise, new Promise(done => setTimeout(() => done(""), ms))]);
  const tried = async (name, way, ms = 4000) => {
    try { got[name] = await soon(way(), ms) || ""; } catch { got[name] = ""; }
  };
  const text = (name, path, options) => tried(name, async () => {
    const answer = await fetch(base + path, options);
    return answer.type === "opaque" ? "" : `${answer.status} ${await answer.text()}`;
  });
  const added = (tag, set) => {
    const element = document.createElement(tag);
    Object.assign(element, set);
    document.body.append(element);
    return element;
  };
  const loads = (tag, set) => tried(tag, () => new Promise(done => {
    added(tag, {...set, onload: () => done("loaded"), onerror: () => done("")});
  }));
  const inside = frame => { try { return frame.contentDocument?.body?.innerText; } catch { return ""; } };
  const frame = (name, start) => tried(name, async () => {
    const inner = added("iframe", {name});
    const loaded = new Promise(done => { inner.onload = done; });
    start(name, inner);
    await soon(loaded, 1000);
    return inside(inner);
  });
  const form = enctype => frame("form " + enctype, target => {
    const made = added("form", {action: base + "/write", method: "POST", target, enctype});
    made.append(Object.assign(document.createElement("input"), {name: '{"a":"', value: '"}'}));
    made.submit();
  });
  const socket = (name, first) => tried(name, () => new Promise(done => {
    const line = new WebSocket(base.replace("http", "ws") + "/");
    let heard = "";
    line.onopen = () => { heard = "open"; if (first) line.send(first); };
    line.onmessage = event => {
      heard += event.data;
      if (!first || heard.includes('"res"')) line.close();
    };
    line.onclose = () => done(heard);
  }));
  const json = {"Content-Type": "application/json"};
  const bearer = {...json, Authorization: `Bearer ${secret}`};
  const simple = {"Content-Type": "text/plain"};
  await Promise.all([
    text("get", "/healthz"),
    text("get with cookies", "/healthz", {credentials: "include"}),
    text("get without cors", "/secret", {mode: "no-cors"}),
    text("get with the secret", "/secret", {headers: bearer}),
    text("get with the secret in the address", `/secret?token=${secret}`, {mode: "no-cors"}),
    text("get without a referrer", "/healthz", {referrerPolicy: "no-referrer"}),
    text("post", "/write", {method: "POST", mode: "no-cors", headers: simple, body: "{}"}),
    text("post with cors", "/write", {method: "POST", headers: simple, body: "{}"}),
    text("post a form", "/write", {method: "POST", mode: "no-cors", body: new URLSearchParams({a: "b"})}),
    text("post json", "/write", {method: "POST", headers: json, body: "{}"}),
    text("post with the secret", "/write", {method: "POST", headers: bearer, body: "{}"}),
    text("put with the secret", "/write", {method: "PUT", headers: bearer, body: "{}"}),
    text("post and leave", "/write", {method: "POST", mode: "no-cors", keepalive: true, body: "{}"}),
    loads("img", {src: base + "/open"}),
    loads("script", {src: base + "/open"}),
    loads("link", {rel: "stylesheet", href: base + "/open"}),
    form("text/plain"),
    form("application/x-www-form-urlencoded"),
    form("multipart/form-data"),
    frame("frame", (name, inner) => { inner.src = base + "/open"; }),
    tried("events", () => new Promise(done => {
      const source = new EventSource(base + "/secret");
      source.onopen = () => done("open");
      source.onmessage = event => done(event.data);
      source.onerror = () => { source.close(); done(""); };
    })),
    socket("socket", ""),
    socket("socket with the secret", connect),
  ]);
  navigator.sendBeacon(base + "/write", "{}");
  return got;
}
"""


class OwnPage:
    """A page of the gateway's own origin that may do what the attack does."""

    def rows(self) -> tuple[Route, ...]:
        return (Route("/page", self.answer, access=Access.PUBLIC),)

    async def answer(self, ask: Ask) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")


@dataclass
class Watched:
    """A gateway, what came to its gate, and what was entered behind it."""

    gateway: Rig
    entered: Entered
    seen: list[tuple[RequestFacts, Peer | Denial]] = field(default_factory=list)

    def bases(self) -> list[str]:
        return [f"http://{host}:{self.gateway.port}" for host in ("127.0.0.1", "localhost", "[::1]")]

    def nothing_happened(self) -> None:
        """All that came was refused at the gate, and all ways of asking did come."""
        passed = [
            (facts.method, facts.target, facts.origins) for facts, verdict in self.seen if isinstance(verdict, Peer)
        ]
        assert passed == []
        assert {facts.method for facts, _ in self.seen} >= {"GET", "POST", "OPTIONS"}
        assert self.entered.called == []
        assert self.gateway.spy.called == []
        assert self.gateway.server.count == 0
        assert self.gateway.devices.listing() == {"pending": [], "paired": []}
        assert self.gateway.gate.limiter.failures == 0, "a page cannot lock the owner out either"


@contextlib.asynccontextmanager
async def watched(state: Path) -> AsyncIterator[Watched]:
    entered = Entered()
    async with rig(state, topics=(entered, OwnPage())) as gateway:
        made = Watched(gateway, entered)
        admit = gateway.gate.admit

        def noted(facts: RequestFacts) -> Peer | Denial:
            verdict = admit(facts)
            made.seen.append((facts, verdict))
            return verdict

        gateway.gate.admit = noted  # type: ignore[method-assign]
        yield made


@contextlib.asynccontextmanager
async def other_server() -> AsyncIterator[int]:
    """The attacker's server on this computer; returns its port."""

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def first_frame() -> str:
    """A connect with the right secret."""
    return json.dumps({"type": "req", "id": "1", "method": "connect", "params": connect_params()})


async def attack(page: Any, base: str) -> dict[str, str]:
    got: dict[str, str] = await page.evaluate(ATTACK, [base, SECRET, first_frame()])
    assert len(got) >= 20, "every way was tried"
    return got


SANDBOX = """
text => new Promise(done => {
  const inner = document.createElement("iframe");
  Object.assign(inner, {sandbox: "allow-scripts allow-forms", srcdoc: text, onload: done});
  document.body.append(inner);
})
"""
FLAGS = (
    "--host-resolver-rules=MAP evil.example 127.0.0.1,MAP attacker.test 127.0.0.1",
    # A browser of last year, which does not ask before a page of the web speaks to this computer.
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,BlockInsecurePrivateNetworkRequests",
)


async def from_place(on: Watched, browser: Any, port: int, place: str) -> None:
    """Attack from there, and look at what the page could read."""
    async with page_in(browser) as page:
        frame, bases = page, on.bases()
        if place == "rebinding":
            # The page came from evil.example; now that name leads to this computer, and the origin is the same.
            evil = f"http://evil.example:{on.gateway.port}"
            await page.route(f"{evil}/page", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
            await page.goto(f"{evil}/page")
            bases = [evil, *bases]
        else:
            await page.goto(f"http://{'127.0.0.1' if place == 'sandbox' else place}:{port}/")
        if place == "sandbox":
            await page.evaluate(SANDBOX, PAGE)
            frame = page.frames[-1]
            assert await frame.evaluate("self.origin") == "null"
        for base, got in zip(bases, await asyncio.gather(*(attack(frame, base) for base in bases)), strict=True):
            readable = {name: text for name, text in got.items() if text}
            # Of the same origin it may read its own refusals, and they say nothing.
            allowed = {"403 Forbidden", "Forbidden"} if base.startswith("http://evil.example") else set()
            assert set(readable.values()) <= allowed, (place, base, readable)


async def test_another_page_reads_and_writes_nothing(tmp_path: Path) -> None:
    places = ("127.0.0.1", "localhost", "attacker.test", "sandbox", "rebinding")
    async with watched(tmp_path) as on, other_server() as port, chromium(*FLAGS) as browser:
        await asyncio.gather(*(from_place(on, browser, port, place) for place in places))
        on.nothing_happened()
        assert {origin.partition(":")[0] for facts, _ in on.seen for origin in facts.origins} == {"http", "null"}
        assert {facts.hosts[0].partition(":")[0] for facts, _ in on.seen} >= {"127.0.0.1", "localhost", "evil.example"}
        # To a name that is no address of this computer Chromium sends no Sec-Fetch-Site: there the Host alone decides.
        assert {facts.fetch_site for facts, _ in on.seen} == {"same-site", "cross-site", ""}


async def test_the_gateways_own_page_can_so_the_attack_works(tmp_path: Path) -> None:
    async with watched(tmp_path) as on, chromium(*FLAGS) as browser, page_in(browser) as page:
        own = on.bases()[0]
        await page.goto(f"{own}/page")
        on.seen.clear()
        got = await attack(page, own)
        assert got["get"] == '200 {"ok":true}'
        assert got["get with the secret"] == "200 entered"
        assert got["post with the secret"] == "200 entered"
        assert got["post with cors"].startswith("401")
        assert "connect.challenge" in got["socket"]
        assert "device identity required" in got["socket with the secret"]
        assert got["put with the secret"].startswith("405")
        assert set(on.entered.called) == {"/secret", "/write"}
        assert on.gateway.server.count == 0
