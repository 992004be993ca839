"""Sends a sign of life while all is well, so that somebody else notices when it stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from clawd_desktop.config.schema.monitoring import DeadMan as DeadManSettings
from clawd_desktop.config.secret_refs import resolve
from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import GatewayPhase
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets, Status
from clawd_desktop.operations.units import Unit, parsed

NOTICE = "monitoring.deadMan"
LIMIT_S = 10.0
SHORTEST_S = 1.0
PATIENCE = 3
STALLED_S = 5.0
_WELL = (GatewayPhase.RUNNING, GatewayPhase.ATTACHED)
_log = logging.getLogger("clawd.alerts")


def trouble(status: Status) -> str:
    """What is wrong with ourselves, "" when all is well."""
    report = status.report()
    if report.phase not in _WELL:
        return f"the gateway is {report.phase}"
    return f"the event loop stood still for {report.loop_lag_s:.1f} s" if report.loop_lag_s >= STALLED_S else ""


def address(url: str, wrong: str) -> str:
    """What is fetched, "" for nothing: healthchecks.io takes bad news too, others are left without good news."""
    if not wrong:
        return url
    host = urlsplit(url).hostname or ""
    return f"{url.rstrip('/')}/fail" if host == "hc-ping.com" or host.endswith(".hc-ping.com") else ""


class DeadMan:
    """Fetches the address of the settings regularly. `learn` hides it from the logs; it is read anew each time."""

    def __init__(
        self,
        settings: Callable[[], DeadManSettings],
        status: Status,
        secrets: Secrets,
        learn: Callable[[str], None],
        notices: NoticeBoard,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._status = status
        self._secrets = secrets
        self._learn = learn
        self._notices = notices
        self._clock = clock
        self._failed = 0
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = tasks.spawn(self._go_round(), name="sign of life")

    async def close(self) -> None:
        """Stop."""
        await tasks.stop(self._task)

    def configure(self) -> None:
        """Take new settings now."""
        self._failed = 0
        self._notices.clear(NOTICE)
        self._changed.set()

    async def send(self) -> None:
        """Send one sign, if there is somebody to send it to and nothing is wrong."""
        url = self._settings().url
        if not url:
            return
        fault = await self._fetch(url)
        self._failed = self._failed + 1 if fault else 0
        if not fault:
            self._notices.clear(NOTICE)
        elif self._failed == PATIENCE:
            _log.warning("the sign of life does not arrive: %s", fault)
            title, now = "The sign of life does not arrive", self._clock.wall_ms()
            text = f"{PATIENCE} in a row failed: {fault} Check monitoring.deadMan.url."
            self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, since_ms=now))

    async def _fetch(self, url: str) -> str:
        """What went wrong, "" when nothing did."""
        import aiohttp  # not on the start path of those who send none

        try:
            known = await resolve(url, self._secrets)
            self._learn(known)
            wanted = address(known, trouble(self._status))
            if not wanted:
                return ""
            async with (
                asyncio.timeout(LIMIT_S),
                aiohttp.ClientSession(trust_env=True) as session,
                # The address is the owner's word; where it leads to may be a server of this computer or its nets.
                session.get(wanted, allow_redirects=False) as response,
            ):
                if 300 <= response.status < 400:
                    return f"It leads elsewhere (status {response.status}): give the address that it leads to."
                return f"Status {response.status}." if response.status >= 400 else ""
        except ClawdError as error:
            return error.sentence()
        except TimeoutError:
            return f"No answer within {LIMIT_S:g} s."
        except (aiohttp.ClientError, ValueError) as error:
            # The text of the error may hold the address, which is a secret.
            return f"{type(error).__name__}."

    async def _go_round(self) -> None:
        while True:
            self._changed.clear()
            every_s = max(SHORTEST_S, parsed(self._settings().every, Unit.SECONDS))
            try:
                async with asyncio.timeout(every_s):
                    await self._changed.wait()
            except TimeoutError:
                await self.send()
