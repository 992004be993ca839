"""Methods of this application alone, that Clawdbot does not have: quit, show a page, pause. Not listed to clients."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic import Field

from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope
from clawd_desktop.gateway.results.system import Ok


class ActionParams(Params):
    """`id` is an action as notices and menus name it, such as "assistant.resume"."""

    id: str = Field(min_length=1, max_length=200)


class DesktopMethods:
    """What the owner can also do in the tray menu. `run_action` raises ClawdError when it cannot."""

    def __init__(self, run_action: Callable[[str], Awaitable[None]]) -> None:
        self._run_action = run_action

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("desktop.quit", Scope.ADMIN, NoParams, self.quit, listed=False, result=Ok),
            Method("desktop.action", Scope.ADMIN, ActionParams, self.action, listed=False, result=Ok),
        )

    async def quit(self, call: Call, params: NoParams) -> JsonObject:
        """Ends the application; the answer comes before the socket closes."""
        await self._run_action("app.quit")
        return {"ok": True}

    async def action(self, call: Call, params: ActionParams) -> JsonObject:
        """Does what a button of a notice would do."""
        await self._run_action(params.id)
        return {"ok": True}
