"""Collects how everything is into one report: the same facts for the tray, Overview, command line and socket."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop import __version__
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import CertificateChanged, ConnectionsChanged, GatewayChanged, GatewayPhase
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.notices import Notice, NoticeBoard
from clawd_desktop.core.ports import Status, StatusReport
from clawd_desktop.core.values import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the facts come from; each is asked anew for every report and must not block."""

    sessions: Callable[[], int]
    runs: Callable[[], int]
    queued: Callable[[], int]
    paused_until_ms: Callable[[], int | None]
    model: Callable[[], str]
    fallbacks: Callable[[], tuple[str, ...]]
    tokens_today: Callable[[], Usage]
    secrets: Callable[[], tuple[str, str]]
    safe_mode: Callable[[], bool]
    resident_bytes: Callable[[], int]
    loop_lag_s: Callable[[], float]
    requests_per_second: Callable[[], float]


class StatusCollector(Status):
    """Fulfils `core.ports.Status`; hears of gateway and connections on the bus."""

    def __init__(
        self,
        sources: Sources,
        notices: NoticeBoard,
        bus: EventBus,
        clock: Clock,
        *,
        config_path: str,
        state_folder: str,
    ) -> None:
        self._sources = sources
        self._notices = notices
        self._clock = clock
        self._config_path = config_path
        self._state_folder = state_folder
        self._started_ms = clock.wall_ms()
        self._started = clock.monotonic()
        self._gateway = GatewayChanged(GatewayPhase.STARTING)
        self._connections = 0
        self._certificate = ""
        self._cpu = _CpuShare()
        self._unsubscribe: tuple[Unsubscribe, ...] = (
            bus.subscribe(GatewayChanged, self._gateway_changed),
            bus.subscribe(ConnectionsChanged, self._connections_changed),
            bus.subscribe(CertificateChanged, self._certificate_changed),
        )

    def close(self) -> None:
        """Stop listening."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def report(self) -> StatusReport:
        """All facts in one frozen object; never blocks."""
        source = self._sources
        state, backend = source.secrets()
        return StatusReport(
            phase=self._gateway.phase.value,
            addresses=self._gateway.addresses,
            reason=self._gateway.reason,
            pid=os.getpid(),
            version=__version__,
            started_ms=self._started_ms,
            uptime_s=self._clock.monotonic() - self._started,
            connections=self._connections,
            sessions=source.sessions(),
            runs=source.runs(),
            queued=source.queued(),
            paused_until_ms=source.paused_until_ms(),
            model=source.model(),
            fallbacks=source.fallbacks(),
            tokens_today=source.tokens_today(),
            secrets_state=state,
            secrets_backend=backend,
            config_path=self._config_path,
            state_folder=self._state_folder,
            safe_mode=source.safe_mode(),
            resident_bytes=source.resident_bytes(),
            cpu_fraction=self._cpu.measure(),
            loop_lag_s=source.loop_lag_s(),
            notices=tuple(_as_json(notice) for notice in self._notices.current()),
            certificate=self._certificate,
            requests_per_second=source.requests_per_second(),
        )

    def _gateway_changed(self, event: GatewayChanged) -> None:
        self._gateway = event

    def _certificate_changed(self, event: CertificateChanged) -> None:
        self._certificate = event.fingerprint

    def _connections_changed(self, event: ConnectionsChanged) -> None:
        self._connections = event.count


class _CpuShare:
    """The share of one core that this process used since the last question (at least a second apart)."""

    def __init__(self) -> None:
        self._used = time.process_time()
        self._asked = time.monotonic()
        self._share = 0.0

    def measure(self) -> float:
        """1.0 is one whole core."""
        now = time.monotonic()
        if now - self._asked >= 1.0:
            used = time.process_time()
            self._share = (used - self._used) / (now - self._asked)
            self._used, self._asked = used, now
        return self._share


def _as_json(notice: Notice) -> JsonObject:
    actions: list[JsonValue] = [{"id": action.id, "label": action.label} for action in notice.actions]
    return {
        "id": notice.id,
        "severity": notice.severity.name.lower(),
        "title": notice.title,
        "text": notice.text,
        "actions": actions,
        "sinceMs": notice.since_ms,
    }
