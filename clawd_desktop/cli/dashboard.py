"""`dashboard`: a link that opens the control page and signs in by itself, once and within a minute."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from collections.abc import Awaitable, Callable, Mapping

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.door import LocalPass
from clawd_desktop.cli.exits import Exit, NotRunning
from clawd_desktop.core.errors import BadInput

Ask = Callable[[], Awaitable[LocalPass | None]]
Open = Callable[[str], bool]


async def nobody_there() -> LocalPass | None:
    """There is no local application."""
    return None


async def show(arguments: Arguments, console: Console, ask: Ask, open_browser: Open = webbrowser.open) -> Exit:
    """Print the link and open it where there is a screen.

    Raises NotRunning when nothing runs with this state folder, BadInput when the page is switched off, Unavailable
    when the gateway does not listen.
    """
    found = await ask()
    if found is None:
        raise NotRunning(
            "Clawd Desktop does not run with this state folder.", hint="Start it with: clawd-desktop serve"
        )
    if not found.page:
        raise BadInput("The control page is switched off.", hint="Set gateway.controlUi.enabled to true.")
    link = f"{found.page}#pass={found.text}"
    if not arguments.json:
        console.line(link)
        console.note(f"It works once, within {found.expires_ms // 1000} seconds.")
    # A browser may take seconds to come up.
    opened = not arguments.no_open and has_screen(os.environ) and await asyncio.to_thread(open_browser, link)
    if arguments.json:
        console.json({"url": link, "expiresInMs": found.expires_ms, "opened": opened})
    return Exit.OK


def has_screen(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be shown; without one, Python would open a text browser in the terminal."""
    if platform in ("win32", "darwin"):
        return not environ.get("SSH_CONNECTION")
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
