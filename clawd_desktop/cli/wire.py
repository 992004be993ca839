"""A WebSocket that carries JSON objects; the one place where commands touch aiohttp."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import orjson

from clawd_desktop.cli.exits import GatewayError, NotRunning, not_running
from clawd_desktop.core.errors import Refused
from clawd_desktop.core.tls import context_for, fingerprint_bytes, without_certificates
from clawd_desktop.core.values import JsonObject, as_object

if TYPE_CHECKING:
    import aiohttp

LARGEST_FRAME = 25 * 1024 * 1024


class Wire:
    """One connection to `url`; `closed_because` says why it ended, in the other side's words where it gave some.

    With a `fingerprint` the other side must show exactly that certificate, else one that the system trusts.
    """

    def __init__(self, url: str, fingerprint: str = "") -> None:
        self.url = url
        self._fingerprint = fingerprint
        self.closed_because = ""
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def open(self) -> None:
        """Connect. Raises NotRunning when nothing answers or no gateway does, Refused for a wrong certificate."""
        # Costs 0.2 s and 20 MB: only commands that talk to a gateway pay for it.
        with without_certificates():
            import aiohttp

        self._session = aiohttp.ClientSession(trust_env=False)
        try:
            # aiohttp looks at the fingerprint before it sends anything.
            pin = aiohttp.Fingerprint(fingerprint_bytes(self._fingerprint)) if self._fingerprint else None
            trust = pin or await context_for(self.url)
            self._socket = await self._session.ws_connect(self.url, max_msg_size=LARGEST_FRAME, ssl=trust)
        except aiohttp.WSServerHandshakeError as error:
            raise NotRunning(
                f"What answers at {self.url} is no gateway (HTTP {error.status}).",
                hint="Choose the gateway's port with --port or its address with --url.",
            ) from error
        except (aiohttp.ServerFingerprintMismatch, aiohttp.ClientConnectorCertificateError) as error:
            raise self._untrusted(error) from error
        except aiohttp.ClientConnectorSSLError as error:
            raise NotRunning(
                f"What answers at {self.url} does not speak TLS.", hint="Is gateway.tls.enabled right on both sides?"
            ) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise not_running(self.url) from error

    def _untrusted(self, error: aiohttp.ClientError) -> Refused:
        shown = ""
        if self._fingerprint:
            got = getattr(error, "got", b"")
            shown = f" It has the SHA-256 fingerprint {got.hex(':').upper()}." if got else ""
        return Refused(
            f"What answers at {self.url} shows a certificate that is not trusted; no password was sent.{shown}",
            hint="For another gateway set gateway.remote.tlsFingerprint to what its own status says. "
            "If this one was restarted with another certificate, try again.",
        )

    async def send(self, frame: JsonObject) -> None:
        """Send the frame. Raises NotRunning when the connection has ended, GatewayError when it cannot be written."""
        try:
            text = orjson.dumps(frame).decode()
        except TypeError as error:
            raise GatewayError(f"The request cannot be written as JSON: {error}.", code="INVALID_REQUEST") from error
        if self._socket is None or self._socket.closed:
            raise self.lost()
        try:
            await self._socket.send_str(text)
        except (ConnectionError, RuntimeError) as error:
            raise self.lost() from error

    async def receive(self, timeout_s: float | None = None) -> JsonObject | None:
        """The next frame, {} for one that is no JSON object, None when the connection ended. Raises TimeoutError."""
        import aiohttp

        if self._socket is None:
            return None
        message = await self._socket.receive(timeout=timeout_s)
        match message.type:
            case aiohttp.WSMsgType.TEXT:
                with contextlib.suppress(orjson.JSONDecodeError):
                    return as_object(orjson.loads(message.data))
                return {}
            case aiohttp.WSMsgType.CLOSE | aiohttp.WSMsgType.CLOSING | aiohttp.WSMsgType.CLOSED:
                words = message.extra if message.type is aiohttp.WSMsgType.CLOSE else ""
                self.closed_because = self.closed_because or str(words or f"closed ({self._socket.close_code})")
                return None
            case aiohttp.WSMsgType.ERROR:
                self.closed_because = self.closed_because or f"broken connection ({message.data})"
                return None
            case _:
                return {}

    async def close(self, because: str, code: int = 1000) -> None:
        """End the connection; may be called again."""
        self.closed_because = self.closed_because or because
        if self._socket is not None:
            with contextlib.suppress(ConnectionError):
                await self._socket.close(code=code, message=because.encode())
        if self._session is not None:
            await self._session.close()

    def lost(self) -> NotRunning:
        """The error for whoever still waits for an answer."""
        return NotRunning(
            f"The connection to {self.url} ended: {self.closed_because or 'not connected'}.",
            hint="Start the application again if it does not run.",
        )
