"""The conversations that windows show: our own, or those of a gateway that was attached to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from clawd_desktop.cli.attached import AttachedChat
from clawd_desktop.cli.target import Target
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import GatewayChanged, GatewayPhase, SessionChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Chat
from clawd_desktop.core.tasks import spawn

NOTICE = "gateway.attached"
RUN_HERE = NoticeAction("gateway.retry", "Run a gateway here")


class ShownChat:
    """Shows `own` until `attach`, and again when our own gateway runs. `find` names the one that is on the port.

    When the attached gateway goes away a notice offers to run one here; until then it is looked for.
    """

    def __init__(
        self, own: Chat, find: Callable[[], Awaitable[Target]], bus: EventBus, clock: Clock, notices: NoticeBoard
    ) -> None:
        self._own = own
        self._find = find
        self._bus = bus
        self._clock = clock
        self._notices = notices
        self._attached: AttachedChat | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

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
        self._unsubscribe = self._bus.subscribe(GatewayChanged, self._gateway_changed)
        self._read_again(attached)

    async def close(self) -> None:
        """Detach."""
        attached, self._attached = self._attached, None
        if attached is not None:
            self._unsubscribe()
            self._notices.clear(NOTICE)
            self._read_again(attached)
            await attached.close()

    def _gateway_changed(self, event: GatewayChanged) -> None:
        if event.phase is GatewayPhase.FAILED:
            text = f"{event.reason} It is looked for again by itself; a gateway can also run here."
            title, now = "The other gateway is gone", self._clock.wall_ms()
            self._notices.set(Notice(NOTICE, Severity.ERROR, title, text, (RUN_HERE,), now))
        elif event.phase is GatewayPhase.ATTACHED:
            self._notices.clear(NOTICE)
        elif event.phase is GatewayPhase.RUNNING:
            spawn(self.close(), name="leave the other gateway")

    def _read_again(self, attached: AttachedChat) -> None:
        """Let windows see that the conversations are others now: the main one is what both sides have."""
        self._bus.publish(SessionChanged(attached.canonical("main"), reset=True))
