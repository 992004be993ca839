"""Sends measurements, traces and log lines to an OpenTelemetry collector, when the owner has one."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clawd_desktop.config.schema.logs import Otel as OtelSettings
from clawd_desktop.config.secret_refs import resolve
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, Unavailable
from clawd_desktop.core.events import ConfigChanged, TraceStored
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets
from clawd_desktop.operations.alert_sinks.webhook import host_of
from clawd_desktop.operations.metrics_desk import MetricsDesk
from clawd_desktop.operations.trace_store import TraceStore

if TYPE_CHECKING:
    import aiohttp

    from clawd_desktop.operations.otel_form import Line, Sender

USUAL_ENDPOINT = "http://127.0.0.1:4318"
NOTICE = "diagnostics.otel"
MOST_RUNS, MOST_LINES = 200, 2_000
LONGEST_LINE = 16 * 1024
SOONEST_S = 1.0
LIMIT_S = 10.0
LAST_S = 1.0
# What a collector means by "later"; of all else another try would not help. Source: OTLP specification, "Failures".
_AGAIN = frozenset({429, 502, 503, 504})
_SECTION = "diagnostics.otel"
_log = logging.getLogger("clawd.otel")


@dataclass(frozen=True)
class Exported:
    """What is sent, and what it takes to send it. `clean` takes secrets out of a text, `learn` hides one."""

    settings: Callable[[], OtelSettings]
    metrics: MetricsDesk
    traces: TraceStore
    secrets: Secrets
    clean: Callable[[str], str]
    learn: Callable[[str], None]
    version: str


class Otel:
    """Sends while `diagnostics.otel.enabled`; nothing is loaded or kept before. It never holds anything else up."""

    def __init__(self, exported: Exported, bus: EventBus, notices: NoticeBoard, clock: Clock) -> None:
        self._exported = exported
        self._notices = notices
        self._clock = clock
        self._instance = str(uuid.uuid4())
        self._started_ns = clock.wall_ms() * 1_000_000
        self._runs: deque[str] = deque(maxlen=MOST_RUNS)
        self._lines = _Lines(exported.clean)
        self._session: aiohttp.ClientSession | None = None
        self._metrics_at = 0.0
        self._fault = ""
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._unsubscribe = (bus.subscribe(TraceStored, self._stored), bus.subscribe(ConfigChanged, self._changed))

    def start(self) -> None:
        """Send from now on, if that is wanted."""
        if self._exported.settings().enabled and self._task is None:
            self._task = tasks.spawn(self._go(), name="otel")

    async def close(self) -> None:
        """Send what waits, within a second, and stop."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        running, self._task = self._task, None
        await tasks.stop(running)
        if running is not None and not self._refused():
            try:
                async with asyncio.timeout(LAST_S):
                    await self._flush(with_metrics=True)
            except TimeoutError:
                pass
        await self._rest()

    def _stored(self, event: TraceStored) -> None:
        settings = self._exported.settings()
        if settings.enabled and settings.traces and is_sampled(event.run_id, settings.sample_rate):
            self._runs.append(event.run_id)
            self._woken.set()

    def _changed(self, event: ConfigChanged) -> None:
        if any(path.startswith(_SECTION) for path in event.paths):
            self._notices.clear(NOTICE)
            self._fault = ""
            self._woken.set()
            self.start()

    async def _go(self) -> None:
        """Until it is switched off; what waits goes with the next round, which comes when there is something."""
        self._metrics_at = self._clock.monotonic()
        while self._exported.settings().enabled:
            measured = self._exported.metrics.history.newest_ms is not None
            due = measured and self._clock.monotonic() >= self._metrics_at
            if due:
                self._metrics_at = self._clock.monotonic() + self._every_s()
            if not self._refused():
                await self._flush(with_metrics=due)
            await self._pause()
        await self._rest()
        self._task = None

    async def _pause(self) -> None:
        self._woken.clear()
        await asyncio.sleep(SOONEST_S)
        left = max(0.0, self._metrics_at - self._clock.monotonic())
        if self._lines.waiting:
            left = min(left, SOONEST_S * 4)
        try:
            async with asyncio.timeout(left):
                await self._woken.wait()
        except TimeoutError:
            return

    def _every_s(self) -> float:
        return max(SOONEST_S, self._exported.settings().flush_interval_ms / 1000)

    def _refused(self) -> bool:
        """Whether what is asked for cannot be done here, and says so in a notice."""
        if self._exported.settings().protocol == "grpc":
            self._tell(
                "OpenTelemetry is not sent",
                "diagnostics.otel.protocol is grpc, but only http/protobuf is spoken here. Set it to http/protobuf and"
                " the address to the collector's HTTP port, usually 4318.",
            )
            return True
        try:
            from clawd_desktop.operations import otel_form  # noqa: F401 - is it there? It needs the extra `otel`
        except ImportError:
            self._tell(
                "OpenTelemetry is not installed",
                "Sending to a collector needs an extra. Run: pip install 'clawd-desktop[otel]', and start again.",
            )
            return True
        self._notices.clear(NOTICE)
        return False

    def _tell(self, title: str, text: str) -> None:
        self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, since_ms=self._clock.wall_ms()))

    async def _flush(self, *, with_metrics: bool) -> None:
        """Send what there is; what could not be sent and may be later is kept, within bounds."""
        settings = self._exported.settings()
        try:
            if settings.traces and self._runs:
                await self._send_traces()
            if settings.logs:
                self._lines.listen()
                await self._send_lines()
            else:
                self._lines.stop()
            if settings.metrics and with_metrics:
                await self._send_metrics()
        except ClawdError as fault:
            self._failed(fault.sentence())

    async def _send_traces(self) -> None:
        from clawd_desktop.operations.otel_form import traces_request

        runs, found = list(self._runs), []
        for run in runs:
            try:
                found.append(await self._exported.traces.get(run))
            except ClawdError:  # it was removed meanwhile
                continue
        sender = self._sender()
        if found:
            await self._post("traces", await asyncio.to_thread(traces_request, sender, found))
        for run in runs:
            if run in self._runs:
                self._runs.remove(run)

    async def _send_lines(self) -> None:
        from clawd_desktop.operations.otel_form import logs_request

        lines = self._lines.take()
        if not lines:
            return
        try:
            await self._post("logs", await asyncio.to_thread(logs_request, self._sender(), lines))
        except Unavailable:
            self._lines.put_back(lines)
            raise

    async def _send_metrics(self) -> None:
        from clawd_desktop.operations.otel_form import metrics_request

        at_ms, values = self._exported.metrics.history.newest_ms, dict(self._exported.metrics.history.newest())
        if at_ms is not None and values:
            at_ns = at_ms * 1_000_000
            data = await asyncio.to_thread(metrics_request, self._sender(), values, self._started_ns, at_ns)
            await self._post("metrics", data)

    def _sender(self) -> Sender:
        from clawd_desktop.operations.otel_form import Sender

        return Sender(self._exported.settings().service_name, self._exported.version, self._instance)

    async def _post(self, kind: str, data: bytes) -> None:
        """Raises Unavailable when it may be tried again."""
        import aiohttp

        url = f"{(self._exported.settings().endpoint or USUAL_ENDPOINT).rstrip('/')}/v1/{kind}"
        host = host_of(url)  # what else is in the address may be a secret
        headers = {"Content-Type": "application/x-protobuf", **await self._headers()}
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=True)
        try:
            # Whoever it would lead to is not the one that the headers, which hold a key, are meant for.
            asked = self._session.post(url, data=data, headers=headers, allow_redirects=False)
            async with asyncio.timeout(LIMIT_S), asked as answer:
                status = answer.status
        except TimeoutError as error:
            raise Unavailable(f"The collector at {host} did not answer within {LIMIT_S:g} s.") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise Unavailable(f"The collector at {host} cannot be reached: {type(error).__name__}.") from error
        if status in _AGAIN:
            raise Unavailable(f"The collector at {host} answers {status}.")
        if status >= 300:
            self._failed(f"The collector at {host} answers {status}; what it refused is not sent again.")
        elif self._fault:
            self._fault = ""
            _log.info("the OpenTelemetry collector takes what is sent again")

    async def _headers(self) -> dict[str, str]:
        found = {}
        for name, value in self._exported.settings().headers.items():
            found[name] = await resolve(value, self._exported.secrets)
            self._exported.learn(found[name])
        return found

    def _failed(self, sentence: str) -> None:
        """One line when it begins to fail."""
        if not self._fault:
            _log.warning("OpenTelemetry: %s", sentence)
        self._fault = sentence

    async def _rest(self) -> None:
        self._lines.stop()
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            await asyncio.sleep(0)  # its sockets close with the loop's next turn


class _Lines(logging.Handler):
    """Keeps the newest lines of the log until they are sent; those about the sending itself are not among them."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        super().__init__()
        self._clean = clean
        self._kept: deque[tuple[int, int, str, str]] = deque(maxlen=MOST_LINES)
        self._logger = logging.getLogger("clawd")

    @property
    def waiting(self) -> bool:
        """Whether there are any."""
        return bool(self._kept)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one, without secrets; the oldest goes when there are too many."""
        if record.name == _log.name:
            return
        text = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text}\n{logging.Formatter().formatException(record.exc_info)}"
        name = record.name.removeprefix("clawd.")
        self._kept.append((int(record.created * 1e9), record.levelno, name, self._clean(text)[:LONGEST_LINE]))

    def listen(self) -> None:
        """Hear the log, also after it was set up anew."""
        if self not in self._logger.handlers:
            self._logger.addHandler(self)

    def stop(self) -> None:
        """Hear nothing more and forget what was not sent."""
        self._logger.removeHandler(self)
        self._kept.clear()

    def take(self) -> list[Line]:
        """All that wait."""
        from clawd_desktop.operations.otel_form import Line

        return [Line(*self._kept.popleft()) for _ in range(len(self._kept))]

    def put_back(self, lines: Sequence[Line]) -> None:
        """They could not be sent: keep them before those that came meanwhile, as far as there is room."""
        room = MOST_LINES - len(self._kept)
        for line in reversed(lines[max(0, len(lines) - room) :]):
            self._kept.appendleft((line.at_ns, line.level, line.subsystem, line.text))


def is_sampled(run_id: str, share: float) -> bool:
    """Whether a run is among the share of those that are sent: the same run always or never."""
    digest = hashlib.sha256(run_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
