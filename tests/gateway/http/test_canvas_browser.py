"""In a real Chromium a page of the canvas works, and reaches nothing but its own files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from running_gateway import running

PAGE = """<!doctype html><link rel=stylesheet href=a.css><img id=picture src=p.svg>
<script>window.inline = 1</script><script src=c.js></script><script type=module src=m.mjs></script>"""
MODULE = """import { five } from './n.mjs'
const result = {}
async function attempt(name, work) {
  try { result[name] = String(await work()) } catch (error) { result[name] = error.name }
}
await attempt('own', async () => (await (await fetch('d.json')).json()).a)
await attempt('health', async () => (await fetch('/healthz')).status)
await attempt('elsewhere', async () => (await fetch('http://127.0.0.1:9/')).status)
await attempt('storage', () => localStorage.length)
await attempt('socket', () => new Promise((opened, failed) => {
  const socket = new WebSocket('ws://' + location.host + location.pathname)
  socket.onopen = () => opened('open')
  socket.onerror = () => failed(new Error('closed'))
}))
await attempt('window', () => window.open('/healthz'))
window.five = five
window.result = result
"""
FILES = {
    "index.html": PAGE,
    "a.css": "body { color: rgb(1, 2, 3) }",
    "p.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>',
    "c.js": "window.classic = 1",
    "d.json": '{"a": 7}',
    "n.mjs": "export const five = 5",
    "m.mjs": MODULE,
}
READ = """({inline, classic, five, origin: self.origin, color: getComputedStyle(document.body).color,
width: document.getElementById('picture').naturalWidth, result})"""


async def test_a_page_is_alive_and_shut_in(tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.async_api", reason="Playwright for Python is not installed")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no chromium on this computer")
    root = tmp_path / "workspace" / "canvas"
    root.mkdir(parents=True)
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    async with running(tmp_path) as app, playwright.async_playwright() as driver:
        async with app.client() as client:
            address = client.hello["canvasHostUrl"]
        browser = await driver.chromium.launch(executable_path=program, args=as_root)
        try:
            page = await browser.new_page()
            await page.goto(f"{address}/__clawdbot__/canvas/")
            await page.wait_for_function("window.result")
            seen: Any = await page.evaluate(READ)
        finally:
            await browser.close()
    result = seen.pop("result")
    assert seen == {"inline": 1, "classic": 1, "five": 5, "origin": "null", "color": "rgb(1, 2, 3)", "width": 10}
    assert result == {
        "own": "7", "health": "TypeError", "elsewhere": "TypeError", "storage": "SecurityError", "socket": "Error",
        "window": "null",
    }  # fmt: skip
