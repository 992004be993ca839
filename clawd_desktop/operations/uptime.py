"""Since when the gateway listens, and how often it began to within the last ten minutes."""

from __future__ import annotations

from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import GatewayChanged, GatewayPhase
from clawd_desktop.operations.rolling import RollingMean

WINDOW_S = 600.0


class Uptime:
    """Hears on the bus when the gateway starts and stops."""

    def __init__(self, bus: EventBus, clock: Clock) -> None:
        self._clock = clock
        self._since: float | None = None
        self._starts = RollingMean(clock.monotonic, WINDOW_S, 60)
        self._unsubscribe: Unsubscribe = bus.subscribe(GatewayChanged, self._changed)

    def close(self) -> None:
        """Hear nothing more."""
        self._unsubscribe()

    @property
    def seconds(self) -> float:
        """For how long it listens; 0 while it does not."""
        return self._clock.monotonic() - self._since if self._since is not None else 0.0

    @property
    def starts(self) -> int:
        """How often it began to listen within the last ten minutes, the first time too."""
        return self._starts.count

    def _changed(self, event: GatewayChanged) -> None:
        if event.phase is not GatewayPhase.RUNNING:
            self._since = None
        elif self._since is None:
            self._since = self._clock.monotonic()
            self._starts.add()
