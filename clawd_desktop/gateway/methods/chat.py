"""Methods of a chat: history, send, abort, inject."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Callable

import orjson
from pydantic import Field

from clawd_desktop.agent.assistant import Assistant, Receipt
from clawd_desktop.agent.runs import RunState, Submission
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.messages import Image
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Loose, Method, MethodError, Params, Scope
from clawd_desktop.gateway.results.chat import ChatAborted, ChatHistory, ChatInjected, ChatSent
from clawd_desktop.gateway.run_relay import RunRelay
from clawd_desktop.storage.sessions import SessionStore

# Of what is remembered of a run on the wire long after the message itself.
LONGEST_NAME = 1024
HISTORY_BYTES = 6 * 1024 * 1024
MOST_MESSAGES = 1000
IMAGE_BYTES = 5_000_000
IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
NOTHING_TO_ANSWER = "message or attachment required"
# Strangers write what is searched: no text may make the search look at it again and again.
_ENVELOPE = re.compile(r"^\[(?=[^\]\n]*+\])[A-Za-z]++ [^\]\n]*\d{4}-\d{2}-\d{2}[^\]\n]*\] ?")
_MESSAGE_ID = re.compile(r"\n?\[message_id: [^\[\]\n]*+\]")


class HistoryParams(Params):
    """`limit` newest messages of the session; without it as many as gateway.historyLimit says."""

    session_key: str = Field(min_length=1)
    limit: int | None = Field(default=None, ge=1, le=MOST_MESSAGES)


class Attachment(Loose):
    """A picture; `content` is base64 or a data URL."""

    type: str | None = None
    mime_type: str | None = None
    file_name: str | None = None
    content: str = ""


class SendParams(Params):
    """One message; `idempotency_key` names its run and makes repeats harmless, `timeout_ms` bounds it."""

    session_key: str = Field(min_length=1, max_length=LONGEST_NAME)
    message: str
    thinking: str | None = None
    deliver: bool | None = None
    attachments: list[Attachment] = Field(default_factory=list)
    timeout_ms: int | None = Field(default=None, ge=0)
    # Clawdbot demands it; openclaw-node 0.14 does not send it.
    idempotency_key: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)


class AbortParams(Params):
    """All runs of the session, or only `run_id`."""

    session_key: str = Field(min_length=1)
    run_id: str | None = Field(default=None, min_length=1)


class InjectParams(Params):
    """A note written into the conversation in the assistant's name."""

    session_key: str = Field(min_length=1)
    message: str = Field(min_length=1)
    label: str | None = Field(default=None, max_length=100)


class ChatMethods:
    """A client's side of a conversation. `history_limit` is how many messages are answered when none is named."""

    def __init__(
        self, assistant: Assistant, store: SessionStore, relay: RunRelay, history_limit: Callable[[], int]
    ) -> None:
        self._assistant = assistant
        self._store = store
        self._relay = relay
        self._history_limit = history_limit

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("chat.history", Scope.READ, HistoryParams, self.history, result=ChatHistory),
            Method("chat.abort", Scope.WRITE, AbortParams, self.abort, result=ChatAborted),
            Method("chat.send", Scope.WRITE, SendParams, self.send, result=ChatSent),
            Method("chat.inject", Scope.ADMIN, InjectParams, self.inject, listed=False, result=ChatInjected),
        )

    async def history(self, call: Call, params: HistoryParams) -> JsonObject:
        """The newest messages, oldest first, without the marks that channels add."""
        key = self._assistant.canonical(params.session_key)
        limit = params.limit or min(max(1, self._history_limit()), MOST_MESSAGES)
        stretch = await self._store.read(key, limit)
        messages: list[JsonValue] = [cleaned(raw) for _, raw in stretch.messages]
        entry = self._store.entry(key)
        answer: JsonObject = {"sessionKey": params.session_key, "messages": capped(messages, HISTORY_BYTES)}
        if entry is not None:
            answer["sessionId"] = entry.session_id
        answer["thinkingLevel"] = (entry.thinking_level if entry else None) or "off"
        return answer

    async def send(self, call: Call, params: SendParams) -> JsonObject:
        """Acknowledged when the message is on the disk; the answer comes as events."""
        pictures = tuple(picture(attachment) for attachment in params.attachments if is_picture(attachment))
        if not params.message.strip() and not pictures:
            raise MethodError(ErrorCode.INVALID_REQUEST, NOTHING_TO_ANSWER)
        run_id = params.idempotency_key or str(uuid.uuid4())
        if self._assistant.find(run_id) is None:
            self._relay.expect(run_id, params.session_key, settles=True)
        receipt = await self._assistant.submit(
            Submission(
                params.session_key,
                params.message,
                run_id,
                images=pictures,
                thinking=params.thinking,
                timeout_s=params.timeout_ms / 1000 if params.timeout_ms else None,
            )
        )
        return acknowledgement(receipt)

    def abort(self, call: Call, params: AbortParams) -> JsonObject:
        """Stops runs at once; the `aborted` events come before this answer."""
        stopped = self._assistant.abort(params.session_key, params.run_id)
        return {"ok": True, "aborted": bool(stopped), "runIds": list(stopped)}

    async def inject(self, call: Call, params: InjectParams) -> JsonObject:
        """Writes a note into an existing conversation and shows it everywhere."""
        key = self._assistant.canonical(params.session_key)
        if self._store.entry(key) is None:
            raise MethodError(ErrorCode.INVALID_REQUEST, "session not found")
        text = f"[{params.label}]\n\n{params.message}" if params.label else params.message
        run_id = f"inject-{uuid.uuid4().hex[:8]}"
        self._relay.expect(run_id, params.session_key)
        spoken = await self._assistant.say(key, text, run_id=run_id)
        return {"ok": True, "messageId": spoken.message_id}


def acknowledgement(receipt: Receipt) -> JsonObject:
    """What chat.send answers. Raises MethodError when the run with this key failed before."""
    if receipt.is_stop:
        return {"ok": True, "aborted": bool(receipt.stopped), "runIds": list(receipt.stopped)}
    outcome = receipt.outcome
    if outcome is not None and outcome.state is RunState.ERROR:
        raise MethodError(ErrorCode.UNAVAILABLE, outcome.sentence)
    return {"runId": receipt.run_id, "status": receipt.status}


def is_picture(attachment: Attachment) -> bool:
    """Whether a model can look at it; other attachments are left out, as Clawdbot does."""
    return media_type(attachment) in IMAGE_TYPES


def media_type(attachment: Attachment) -> str:
    """The attachment's media type, from its data URL when it has one."""
    if attachment.content.startswith("data:"):
        return attachment.content[5:].partition(";")[0].partition(",")[0]
    return attachment.mime_type or ""


def picture(attachment: Attachment) -> Image:
    """The attachment as a picture. Raises BadInput when it is no base64 or too large."""
    data = attachment.content.partition(",")[2] if attachment.content.startswith("data:") else attachment.content
    name = attachment.file_name or "attachment"
    try:
        size = len(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadInput(f"{name}: not valid base64", hint="Send the file's bytes as base64.") from error
    if size > IMAGE_BYTES:
        raise BadInput(f"{name}: {size:,} bytes are too many", hint=f"At most {IMAGE_BYTES:,} bytes.")
    return Image(data, media_type(attachment))


def cleaned(raw: JsonObject) -> JsonObject:
    """A transcript's message without the envelope and message-id marks that channels put into its text."""
    if raw.get("role") != "user":
        return raw
    content = raw.get("content")
    if isinstance(content, str):
        return raw | {"content": _bare(content)}
    return raw | {"content": [_cleaned_part(as_object(part)) for part in as_list(content)]}


def _cleaned_part(part: JsonObject) -> JsonObject:
    return part | {"text": _bare(as_text(part.get("text")))} if part.get("type") == "text" else part


def _bare(text: str) -> str:
    return _MESSAGE_ID.sub("", _ENVELOPE.sub("", text))


def capped(messages: list[JsonValue], limit: int) -> list[JsonValue]:
    """The newest messages whose JSON is at most `limit` bytes."""
    left = limit
    for index in range(len(messages) - 1, -1, -1):
        left -= len(orjson.dumps(messages[index])) + 1
        if left < 0:
            return messages[index + 1 :]
    return messages
