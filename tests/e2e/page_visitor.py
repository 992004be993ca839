"""A person in front of the control page, in a real Chromium that all tests of a module share."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from chromium import chromium, page_in
from gateway_rig import Device, upgrade
from running_gateway import PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Browser, ConsoleMessage, Locator, Page

T = TypeVar("T")
CHECKS = Path(__file__).with_name("page_checks.js")


class Stage:
    """The browser and the loop that it lives on; tests run their cases there, because a start takes seconds."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._stack = contextlib.AsyncExitStack()
        self.browser: Browser = self.run(self._stack.enter_async_context(chromium()))

    def run(self, case: Coroutine[object, object, T]) -> T:
        """What the case returns."""
        return self._runner.run(case)

    def close(self) -> None:
        """End the browser."""
        self.run(self._stack.aclose())
        self._runner.close()

    @contextlib.asynccontextmanager
    async def visitor(self, port: int, **options: object) -> AsyncIterator[Visitor]:
        """Somebody with a fresh browser profile (`options` are Browser.new_context's). Complaints fail the test."""
        known: dict[str, object] = {
            "viewport": {"width": 1180, "height": 760},
            "locale": "en",
            "reduced_motion": "reduce",
        }
        async with page_in(self.browser, **(known | options)) as page:
            await page.add_init_script(path=CHECKS)
            made = Visitor(page, port)
            yield made
            assert made.complaints == [], made.complaints


class Visitor:
    """One tab. `complaints` is what the browser's console says of errors."""

    def __init__(self, page: Page, port: int) -> None:
        self.page = page
        self.address = f"http://127.0.0.1:{port}"
        self.complaints: list[str] = []
        self.sent: list[str] = []
        page.set_default_timeout(15_000)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.sent.append(str(frame))))

    def _said(self, message: ConsoleMessage) -> None:
        # A gateway that restarts refuses connections for a moment; the page says so to the person.
        expected = "WebSocket connection to" in message.text or "net::ERR_CONNECTION" in message.text
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)

    async def open(self, path: str = "/") -> None:
        """Go to an address of the page."""
        await self.page.goto(self.address + path)

    async def sign_in(self, path: str = "/", password: str = PASSWORD) -> None:
        """Open the page and give the password."""
        await self.open(path)
        await self.page.fill("#password", password)
        await self.page.keyboard.press("Enter")

    async def come_in(self, path: str = "/") -> None:
        """Sign in and wait until the views are there."""
        await self.sign_in(path)
        await self.see(".frame")

    async def go(self, view: str) -> None:
        """Open a view by its link."""
        await self.page.locator(f"a[data-view={view}]:visible").first.click()
        await self.see(f"main.view-{view} h1")

    async def turn_to(self, view: str) -> None:
        """Go to a view as the browser's own buttons do, without loading the page again."""
        where = f"/{'' if view == 'overview' else view}"
        await self.page.evaluate(
            "(to) => (history.pushState(null, '', to), dispatchEvent(new PopStateEvent('popstate')))", where
        )

    async def see(self, what: str, text: str = "") -> Locator:
        """Wait until the element can be seen, with this text in it."""
        found = self.page.locator(what, has_text=text) if text else self.page.locator(what)
        await found.first.wait_for()
        return found.first

    async def see_gone(self, what: str, text: str = "") -> None:
        """Wait until no such element can be seen any more."""
        found = self.page.locator(what, has_text=text) if text else self.page.locator(what)
        await found.first.wait_for(state="hidden")

    async def press(self, name: str, *, within: str = "body") -> None:
        """Press the button of this name."""
        await self.page.locator(within).get_by_role("button", name=name, exact=True).click()

    async def choose(self, menu: str, item: str) -> None:
        """Open the menu of this name and choose from it."""
        await self.press(menu)
        await self.page.get_by_role("menuitem", name=item, exact=True).click()

    async def ask(self, question: str) -> list[object]:
        """What the page answers to one of page_checks.js, by its name."""
        answer: list[object] = await self.page.evaluate(f"checks.{question}()")
        return answer

    async def until(self, condition: str) -> None:
        """Wait until the expression is true in the page."""
        # Playwright's own waiting evaluates text in the page, which the page's policy forbids.
        async with asyncio.timeout(15):
            while not await self.page.evaluate(condition):
                await asyncio.sleep(0.02)


async def knock(port: int, device: Device, name: str = "Phone", **changes: object) -> dict[str, object]:
    """The answer to a connect of a device of its own; with the password unless `auth` says otherwise."""
    socket = await upgrade(port)
    nonce = (await socket.receive())["payload"]["nonce"]
    params: dict[str, object] = {
        "minProtocol": 3,
        "maxProtocol": 3,
        "client": {"id": "clawdbot-ios", "version": "1", "platform": "ios", "mode": "ui", "displayName": name[:256]},
        "scopes": ["operator.read"],
        "auth": {"password": PASSWORD},
    }
    params |= changes
    params["device"] = device.claim(params, nonce, round(time.time() * 1000))
    answer = await socket.request("connect", params)
    socket.leave()
    return answer
