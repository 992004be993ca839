"""Tells alerts to a web address: JSON in a POST, tried again where that may help, never led into a private net."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import orjson

from clawd_desktop.core.errors import BadInput, ClawdError, Refused, Unavailable
from clawd_desktop.operations.alert_sinks.port import Told

if TYPE_CHECKING:
    import aiohttp

    from clawd_desktop.operations.alert_sinks.public_net import GuardedResolver

RETRIES = 3
BACKOFF_S = 1.0
MOST_REDIRECTS = 3
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 307, 308})


@dataclass(frozen=True, slots=True)
class Address:
    """Where to, with what headers; `repr` shows neither, they may hold a secret."""

    url: str
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"<Address at {host_of(self.url)}>"


Resolve = Callable[[], Awaitable[Address]]


class WebhookSink:
    """Posts each message to the address that `resolve` gives. Fulfils Sink.

    `timeout_s` is for one try, `backoff_s` for the first pause between two.
    """

    def __init__(self, resolve: Resolve, timeout_s: float, *, backoff_s: float = BACKOFF_S) -> None:
        self._resolve = resolve
        self._timeout_s = timeout_s
        self._backoff_s = backoff_s

    async def send(self, told: Told) -> None:
        """Post it. Raises ClawdError when the last try failed too; the text names the host only."""
        address = await self._resolve()
        checked(address.url)
        body = orjson.dumps(told.as_json())
        fault = await self._try(address, body)
        for attempt in range(RETRIES):
            if not isinstance(fault, Unavailable):
                break
            await asyncio.sleep(self._backoff_s * 2**attempt)
            fault = await self._try(address, body)
        if fault is not None:
            raise fault

    async def _try(self, address: Address, body: bytes) -> ClawdError | None:
        """One try; None when it was taken, Unavailable when another try may help."""
        import aiohttp  # not on the start path of those who have no webhook

        from clawd_desktop.operations.alert_sinks.public_net import GuardedResolver

        try:
            guard = GuardedResolver()
            connector = aiohttp.TCPConnector(resolver=guard, use_dns_cache=False)
            async with (
                asyncio.timeout(self._timeout_s),
                aiohttp.ClientSession(trust_env=True, connector=connector) as session,
            ):
                return await _post(session, guard, address, body)
        except TimeoutError:
            return Unavailable(f"{host_of(address.url)} did not answer within {self._timeout_s:g} s.")
        except aiohttp.ClientError as error:
            return Unavailable(f"{host_of(address.url)} cannot be reached: {type(error).__name__}.")
        except Refused as refusal:
            return refusal


async def _post(
    session: aiohttp.ClientSession, guard: GuardedResolver, address: Address, body: bytes
) -> ClawdError | None:
    from clawd_desktop.operations.alert_sinks.public_net import is_private

    url, first = address.url, host_of(address.url)
    may_be_private = await is_private(address.url)
    for _ in range(MOST_REDIRECTS + 1):
        own = dict(address.headers) if is_meant(address.url, url) else {}
        headers = {"Content-Type": "application/json", **own}
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            status, location = response.status, response.headers.get("Location", "")
        if status not in _REDIRECTS or not location:
            return _judged(first, status)
        url = urljoin(url, location)
        checked(url)
        guard.public_only = not may_be_private
        if guard.public_only and await is_private(url):
            return Refused(f"{first} leads to an address in a private network; that is not followed.")
    return Refused(f"{first} leads from one address to the next without end.")


def _judged(host: str, status: int) -> ClawdError | None:
    if status < 400:
        return None
    sentence = f"{host} answered with status {status}."
    hint = "Check the address and its headers in monitoring.sinks."
    return Unavailable(sentence) if status in _AGAIN else Refused(sentence, hint=hint)


def checked(url: str) -> None:
    """Raises BadInput when it is no http or https address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput("The address of the webhook is no http or https address.", hint="Correct monitoring.sinks.")


def is_meant(first: str, url: str) -> bool:
    """Whether what is meant for the first address may be shown to the second: not to another host, nor unencrypted."""
    return host_of(url) == host_of(first) and (urlsplit(url).scheme == "https" or urlsplit(first).scheme == "http")


def host_of(url: str) -> str:
    """Host and port of an address; what else is in it may be a secret."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "the address"
    except ValueError:
        return "the address"
