"""The byte side of one client's socket: messages in, frames out, patience with slow clients, an orderly end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.websocket import (
    CloseCode,
    FrameReader,
    Message,
    Opcode,
    ProtocolError,
    close_frame,
    close_reply,
    pong_frame,
)

# So many messages of one client are handled before the others get their turn.
_BATCH = 64
_CLOSING_SECONDS = 1.0
_log = logging.getLogger("clawd.gateway.wire")


class Wire:
    """A WebSocket from its upgrade to its end; bytes come in through `feed_data`, as aiohttp hands them on.

    `limits` are those in force now. `on_text(data)` is called for each text message, `on_end()` once when the transport
    is gone.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        limits: Callable[[], Limits],
        on_text: Callable[[bytes], object],
        on_end: Callable[[], object],
    ) -> None:
        self.closing = False
        self._transport = transport
        self._limits = limits
        self._on_text = on_text
        self._on_end = on_end
        self._reader = FrameReader(limits().frame_before_hello)
        self._trusted = False
        self._held_up = False
        self._wait_for_drain = False
        self._paused = False
        self._deaf = False
        self._ended = False

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Take received bytes; the form of the answer is what aiohttp expects of a payload parser."""
        if not self._deaf:
            self._reader.feed(data)
            self._pump()
            # Not earlier: while reading is paused nobody notices that the client has gone.
            if self._held_up and self._reader.pending > self._reader.limit:
                self._transport.pause_reading()
                self._paused = True
        return False, b""

    def feed_eof(self) -> None:
        """The transport is gone."""
        self.closing = self._deaf = True
        if not self._ended:
            self._ended = True
            self._on_end()

    def hold(self) -> None:
        """Handle no further message until `go_on`."""
        self._held_up = True

    def go_on(self) -> None:
        """Handle the messages that have come meanwhile."""
        self._held_up = self._wait_for_drain = False
        if self._transport.is_closing():
            return
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        self._pump()

    def trust(self) -> None:
        """The client is known: it may send large messages."""
        self._trusted = True
        self.limits_changed()

    def limits_changed(self) -> None:
        """Other limits are in force."""
        if self._trusted:
            self._reader.limit = self._limits().frame

    def drained(self) -> None:
        """What was written has gone out; go on with a client that asked faster than it read."""
        if self._wait_for_drain:
            self.go_on()

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        """Write the frame unless the client has fallen too far behind: then skip it, or close what it cannot miss."""
        if self.closing:
            return
        if self._transport.get_write_buffer_size() <= self._limits().buffered:
            self._transport.write(frame)
        elif not droppable:
            _log.warning("a client that reads too slowly was closed")
            self.close(CloseCode.POLICY, "slow consumer")

    def close(self, code: int, reason: str) -> None:
        """Say goodbye and end the connection; what it still sends is not looked at."""
        if self.closing:
            return
        self._write(close_frame(code, reason))
        self.closing = True
        # The client answers with a close frame of its own; whoever does not is cut off.
        asyncio.get_running_loop().call_later(_CLOSING_SECONDS, self.abort)
        if self._held_up:
            self.go_on()

    def abort(self) -> None:
        """End the connection now."""
        self._transport.abort()

    def _write(self, data: bytes) -> None:
        if not self.closing and not self._transport.is_closing():
            self._transport.write(data)

    def _pump(self) -> None:
        """Handle the messages that have come, as long as nothing stands against it."""
        try:
            handled = 0
            while not self._must_wait(handled) and (message := self._reader.next()) is not None:
                self._message(message)
                handled += 1
        except ProtocolError as error:
            self._deaf = True
            self.close(error.code, error.reason)

    def _must_wait(self, handled: int) -> bool:
        """True while no further message may be handled; sees to it that it goes on later."""
        if self._held_up or self._deaf:
            return True
        if handled >= _BATCH:
            asyncio.get_running_loop().call_soon(self.go_on)
        elif self._transport.get_write_buffer_size() > self._limits().buffered // 2:
            self._wait_for_drain = True
        else:
            return False
        self._held_up = True
        return True

    def _message(self, message: Message) -> None:
        if message.opcode is Opcode.CLOSE:
            self._deaf = True
            self.close(close_reply(message.data), "")
            self._transport.close()
        elif self.closing:
            return
        elif message.opcode is Opcode.TEXT:
            self._on_text(message.data)
        elif message.opcode is Opcode.PING:
            self._write(pong_frame(message.data))
