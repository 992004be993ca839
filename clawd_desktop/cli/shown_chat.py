"""The conversations that windows show: our own, or those of a gateway that was attached to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from clawd_desktop.cli.attached import AttachedChat
from clawd_desktop.cli.target import Target
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.ports import Chat


class ShownChat:
    """Shows `own` until `attach`. `find` names the gateway that already runs on the port."""

    def __init__(self, own: Chat, find: Callable[[], Awaitable[Target]], bus: EventBus, clock: Clock) -> None:
        self._own = own
        self._find = find
        self._bus = bus
        self._clock = clock
        self._attached: AttachedChat | None = None

    @property
    def chat(self) -> Chat:
        """What is shown now."""
        return self._attached or self._own

    async def attach(self) -> None:
        """Show the other gateway's conversations. Raises NotRunning, Refused or TimedOut; nothing is then changed."""
        attached = AttachedChat(self._find, self._bus, self._clock)
        await attached.start()
        await self.close()
        self._attached = attached

    async def close(self) -> None:
        """Detach."""
        attached, self._attached = self._attached, None
        if attached is not None:
            await attached.close()
