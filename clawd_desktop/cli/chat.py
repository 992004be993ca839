"""Talks with the assistant from a terminal: one question, or a conversation."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import TextIO

from clawd_desktop.cli.answers import Answer, End, Progress, text_of
from clawd_desktop.cli.client import CLOSED, GatewayClient, GatewayEvent
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit, GatewayError, NotRunning, TimedOut
from clawd_desktop.cli.keyboard import interrupts, read_line
from clawd_desktop.core.tasks import spawn
from clawd_desktop.core.values import as_list, as_object, as_text

WELCOME = "Type a message and press Enter. Ctrl+C stops an answer, Ctrl+D ends the conversation."
RECALLED = 4
_INTERRUPT = GatewayEvent("interrupt", {})


class Talk:
    """A conversation in the terminal; `connect` opens a connection, again when the one before was lost."""

    def __init__(self, connect: Callable[[], Awaitable[GatewayClient]], session: str, console: Console) -> None:
        self._connect = connect
        self._session = session
        self._console = console
        self._client: GatewayClient | None = None
        self._inbox: asyncio.Queue[GatewayEvent] | None = None

    async def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            await self._client.close()

    async def ask(self, message: str, *, timeout_s: float | None = None) -> Exit:
        """Send the message and show the answer as it grows; Ctrl+C stops it, twice gives up at once.

        Raises GatewayError when it is not taken, NotRunning when the connection ends, TimedOut after `timeout_s`.
        """
        client = await self._connected()
        answer = Answer(str(uuid.uuid4()))
        inbox = self._inbox = asyncio.Queue()
        try:
            with interrupts(lambda: inbox.put_nowait(_INTERRUPT)):
                async with asyncio.timeout(timeout_s):
                    receipt = as_object(
                        await client.request(
                            "chat.send",
                            {"sessionKey": self._session, "message": message, "idempotencyKey": answer.run_id},
                        )
                    )
                    if "runId" not in receipt:
                        self._console.note("Stopped." if receipt.get("aborted") else "Nothing to stop.")
                        return Exit.OK
                    return await self._follow(client, answer, inbox)
        except TimeoutError as error:
            await self._stop(client, answer)
            raise TimedOut(
                f"No answer within {timeout_s:g} s; it was stopped.", hint="Try a longer --timeout."
            ) from error
        finally:
            self._inbox = None

    async def converse(self, keyboard: TextIO) -> Exit:
        """Ask what is typed until the person leaves. Raises NotRunning or Refused when there is no gateway at first."""
        await self._recall(await self._connected())
        self._console.note(WELCOME)
        while True:
            self._console.write("> ")
            reading = spawn(read_line(keyboard), name="keyboard")
            with interrupts(lambda reading=reading: reading.cancel()):  # type: ignore[misc]
                await asyncio.wait({reading})
            line = None if reading.cancelled() else reading.result()
            if line is None or line.strip() in ("/quit", "/exit"):
                self._console.note("")
                return Exit.OK
            if line.strip():
                await self._answer(line)

    async def _answer(self, line: str) -> None:
        try:
            await self.ask(line)
        except (GatewayError, NotRunning, TimedOut) as error:
            self._console.problem(error)

    async def _connected(self) -> GatewayClient:
        if self._client is None or not self._client.connected:
            await self.close()
            self._client = await self._connect()
            self._client.listen(self._heard)
        return self._client

    def _heard(self, event: GatewayEvent) -> None:
        if self._inbox is not None:
            self._inbox.put_nowait(event)

    async def _follow(self, client: GatewayClient, answer: Answer, inbox: asyncio.Queue[GatewayEvent]) -> Exit:
        shown = interrupted = False
        while True:
            event = await inbox.get()
            if event == _INTERRUPT:
                if interrupted or not await self._stop(client, answer):
                    return Exit.INTERRUPTED
                interrupted = True
            elif event.name == CLOSED:
                raise NotRunning(
                    f"The connection ended in the middle of the answer: {as_text(event.payload.get('reason'))}.",
                    hint="The answer goes on in the application; see chat.history.",
                )
            progress = answer.take(event.name, event.payload)
            if progress.text:
                self._console.write(progress.text if shown else progress.text.lstrip("\n"))
                shown = True
            if progress.end is not None:
                return self._finish(progress.end, progress, shown)

    def _finish(self, end: End, progress: Progress, shown: bool) -> Exit:
        if shown:
            self._console.line()
        if end is End.ERROR:
            self._console.note(progress.words)
            return Exit.FAILED
        if end is End.ABORTED and progress.words == "timeout":
            raise TimedOut(
                "The answer took longer than a turn may and was stopped.",
                hint="Ask again, choose a faster model, or raise agents.defaults.timeoutSeconds.",
            )
        if end is End.ABORTED:
            self._console.note("Stopped.")
            return Exit.INTERRUPTED
        return Exit.OK

    async def _stop(self, client: GatewayClient, answer: Answer) -> bool:
        """Stop the answer; False when there was nothing to stop or nobody to ask."""
        try:
            stopped = await client.request("chat.abort", {"sessionKey": self._session, "runId": answer.run_id})
        except (GatewayError, NotRunning, TimedOut):
            return False
        return as_object(stopped).get("aborted") is True

    async def _recall(self, client: GatewayClient) -> None:
        """Show the last words of the conversation, so that it is clear where it goes on."""
        history = await client.request("chat.history", {"sessionKey": self._session, "limit": RECALLED})
        for message in (as_object(message) for message in as_list(as_object(history).get("messages"))):
            text = text_of(message).strip()
            if text and message.get("role") in ("user", "assistant"):
                said = f"> {text}" if message.get("role") == "user" else text
                self._console.raw(f"{self._console.styled(said, 'dim')}\n")
