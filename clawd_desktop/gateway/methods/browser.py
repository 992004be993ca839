"""The method that drives a browser, which is not built yet."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clawd_desktop.gateway.methods.table import Call, ErrorCode, Loose, Method, MethodError, Scope
from clawd_desktop.gateway.results.setup import BrowserAnswer

NOT_BUILT = "The browser is not built into this version yet, and no connected node lends one."


class BrowserParams(Loose):
    """A request to the browser's own control paths."""

    method: Literal["GET", "POST", "DELETE"]
    path: str = Field(min_length=1)
    query: dict[str, object] | None = None
    body: object = None
    timeout_ms: int | None = Field(default=None, ge=0)


class BrowserMethods:
    """Later Clawdbot gateways have this method; Clawdbot 2026.1.24 does not list it, so neither do we."""

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("browser.request", Scope.WRITE, BrowserParams, self.request, listed=False, result=BrowserAnswer),
        )

    def request(self, call: Call, params: BrowserParams) -> BrowserAnswer:
        """Refuses: there is no browser."""
        raise MethodError(ErrorCode.UNAVAILABLE, NOT_BUILT)
