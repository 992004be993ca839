"""Hands one-time passes to whoever can open the local door, with the addresses at which they count."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.config.schema.gateway import ControlUi
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.http.control_page import base_of
from clawd_desktop.gateway.passes import LIFETIME_S, Passes

_LOOPBACK = ("://127.0.0.1:", "://localhost:", "://[::1]:")


class PassDesk:
    """Answers the door's "pass". `addresses` are those that the gateway listens on now, `page` how its page is set."""

    def __init__(self, passes: Passes, addresses: Callable[[], tuple[str, ...]], page: Callable[[], ControlUi]) -> None:
        self._passes = passes
        self._addresses = addresses
        self._page = page

    async def hand_out(self, request: JsonObject) -> JsonObject:
        """A new pass. Raises Unavailable while the gateway does not listen: there would be nowhere to show it."""
        addresses = self._addresses()
        if not addresses:
            raise Unavailable("The gateway does not listen.", hint="See why with: clawd-desktop status")
        page = self._page()
        return {
            "ok": True,
            "pass": self._passes.issue(),
            "expiresInMs": round(LIFETIME_S * 1000),
            "addresses": list(addresses),
            "page": page_address(addresses, page.base_path) if page.enabled else "",
        }


def page_address(addresses: tuple[str, ...], base_path: str) -> str:
    """Where a browser finds the control page; on this computer where the gateway listens there."""
    here = next((address for address in addresses if any(part in address for part in _LOOPBACK)), addresses[0])
    return "http" + here.removeprefix("ws").rstrip("/") + base_of(base_path) + "/"
