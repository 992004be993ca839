"""Decides which gateway a command talks to and with which secret; secrets come from everywhere but the arguments."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.door import LocalPass
from clawd_desktop.cli.exits import not_running
from clawd_desktop.config.password_hash import is_hash
from clawd_desktop.config.secret_refs import GATEWAY_PASSWORD, reference
from clawd_desktop.core.brands import brand_value
from clawd_desktop.core.errors import BadInput, NotFound, Refused, SecretsFault, Unavailable
from clawd_desktop.core.safeio import read_file
from clawd_desktop.system.strangers import stranger_on

if TYPE_CHECKING:
    from clawd_desktop.config.schema.gateway import Gateway

LOOK_S = 5.0
_PASSWORD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """A gateway's WebSocket address and what to show it; secrets are not part of the representation.

    `fingerprint` is what its certificate must have, "" where the system's authorities vouch for it.
    """

    url: str
    token: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    fingerprint: str = ""


async def no_pass() -> LocalPass | None:
    """There is no application of this folder to ask."""
    return None


async def find_target(
    arguments: Arguments,
    environ: Mapping[str, str],
    gateway: Gateway,
    resolve: Callable[[str], Awaitable[str]],
    local: Callable[[], Awaitable[LocalPass | None]] = no_pass,
) -> Target:
    """The gateway that the arguments or the configuration (with the environment's port in it) name, in this order.

    `local` asks the application of this state folder for a one-time pass. Where the gateway is its own, the pass is
    what is shown: it needs no keyring, and nobody who guesses passwords can lock it out.
    `resolve` turns a secret of the configuration (a reference or the text itself) into the secret; it is asked only
    when neither a file nor the environment has one, and never for an address that only the arguments name.
    Raises BadInput when a secret would travel unencrypted to another computer, NotFound or Unreadable for the password
    file, NotRunning when nobody listens at the address, Refused when another user does, SecretsFault when the keyring
    cannot be asked.
    """
    url = arguments.url or _configured_url(arguments, gateway)
    _check_way(url)
    if arguments.password_file is not None:
        text = read_file(arguments.password_file, limit=_PASSWORD_BYTES).decode("utf-8", "replace")
        return Target(url, password=text.strip())
    if not arguments.url and (found := await _own_pass(url, local)):
        return Target(url, password=found)
    token, password = brand_value(environ, "GATEWAY_TOKEN"), brand_value(environ, "GATEWAY_PASSWORD")
    if token or password or (arguments.url and not is_loopback(url)):
        if not arguments.url:
            await _check_owner(url)  # what the variables hold is the secret of our own gateway
        return Target(url, token, password)
    await _check_listening(url)
    await _check_owner(url)
    if gateway.mode == "remote" and not arguments.url:
        return Target(
            url, await _secret(gateway.remote.token, resolve), await _secret(gateway.remote.password, resolve)
        )
    token = await _secret(gateway.auth.token, resolve)
    # Before it has a configuration, the application keeps the password that it made under the same name.
    named = gateway.auth.password or ("" if token else reference(GATEWAY_PASSWORD))
    return Target(url, token, await _secret(named, resolve))


async def _own_pass(url: str, local: Callable[[], Awaitable[LocalPass | None]]) -> str:
    """A pass for the gateway at this address, "" when it is not the one of the application that gave the pass."""
    if not is_loopback(url):
        return ""
    try:
        found = await local()
    except Unavailable:
        return ""  # It is busy, ends, or its gateway is down: what follows finds out which.
    return found.text if found is not None and url in found.addresses else ""


def is_loopback(url: str) -> bool:
    """Does the address stay on this computer?"""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _configured_url(arguments: Arguments, gateway: Gateway) -> str:
    if gateway.mode == "remote" and arguments.port is None:
        if not gateway.remote.url:
            raise BadInput(
                "gateway.mode is remote, but gateway.remote.url is empty.",
                hint="Set it to the other gateway's address, or set gateway.mode to local.",
            )
        return gateway.remote.url
    port = arguments.port or gateway.port
    return f"{'wss' if gateway.tls.enabled else 'ws'}://127.0.0.1:{port}"


def _check_way(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.scheme in ("ws", "wss") and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadInput(f"{url!r} is no gateway address.", hint="Write it like ws://127.0.0.1:18789.")
    if parts.scheme == "ws" and not is_loopback(url):
        raise BadInput(
            f"{parts.hostname} is another computer, and ws:// would send the password readable for all on the way.",
            hint="Use wss://, or an SSH tunnel to a port on this computer.",
        )


async def _check_listening(url: str) -> None:
    """Raises NotRunning when nobody listens: then the keyring, which may ask a person, is left alone."""
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(LOOK_S):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or (443 if parts.scheme == "wss" else 80)
            )
    except (OSError, TimeoutError) as error:
        raise not_running(url) from error
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _check_owner(url: str) -> None:
    """Raises Refused when another user of this computer has the port: whoever is there first would get the password."""
    port = urlsplit(url).port
    if port is None or not is_loopback(url):
        return
    if stranger := await stranger_on(port):
        raise Refused(
            f"Port {port} belongs to user {stranger}, who is not shown your password.",
            hint="If that is a gateway that you trust, give its password with --password-file.",
        )


async def _secret(configured: str | None, resolve: Callable[[str], Awaitable[str]]) -> str:
    """The secret behind a configured text, "" when there is none: the gateway then says what it wants."""
    if not configured:
        return ""
    try:
        found = await resolve(configured)
    except NotFound:
        return ""
    except SecretsFault as error:
        error.hint = f"{error.hint} Or set CLAWDBOT_GATEWAY_PASSWORD for this command.".strip()
        raise
    if is_hash(found):
        raise Refused(
            "The configuration holds only a hash of the gateway's password.",
            hint="Give the password with --password-file or CLAWDBOT_GATEWAY_PASSWORD.",
        )
    return found
