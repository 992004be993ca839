"""A real Chromium for the tests: the system's browser, driven by Playwright, without a word to the outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--disable-gpu",
)
START_S = 30.0


def chromium_path() -> str:
    """The browser of this computer; skips the test where there is none, or no Playwright to drive it."""
    pytest.importorskip("playwright.async_api", reason="Playwright for Python is not installed")
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), "")
    if not found:
        pytest.skip(f"there is no {PROGRAMS[0]} on this computer")
    return found


@contextlib.asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    """The browser without a window, ended with the block; `flags` come on top of those that keep it quiet."""
    path = chromium_path()
    from playwright.async_api import async_playwright

    root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        # Not inside a timeout of its own: Playwright has one, and a cut start would leave the browser behind.
        browser = await playwright.chromium.launch(
            executable_path=path, args=[*FLAGS, *root, *flags], timeout=START_S * 1000
        )
        try:
            yield browser
        finally:
            async with asyncio.timeout(START_S):
                await browser.close()


@contextlib.asynccontextmanager
async def page_in(browser: Browser, **options: object) -> AsyncIterator[Page]:
    """A page with storage of its own (`options` are those of Browser.new_context), closed with the block."""
    context: BrowserContext = await browser.new_context(**options)  # type: ignore[arg-type]
    try:
        yield await context.new_page()
    finally:
        await context.close()
