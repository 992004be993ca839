"""A recorded run as JSON and back, with every secret hidden and every picture named by its digest; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from clawd_desktop.core.messages import (
    Content,
    Image,
    Message,
    ToolCall,
    ToolSpec,
    from_wire,
    to_wire,
    usage_to_wire,
)
from clawd_desktop.core.ports import (
    ModelChosen,
    ModelDone,
    ModelEvent,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
)
from clawd_desktop.core.recorded import RecordedCall, RecordedEnd, RecordedFault, RecordedRun
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text
from clawd_desktop.storage.transcript_lines import encode as encode_line
from clawd_desktop.storage.transcript_lines import parse

VERSION = 1
Clean = Callable[[str], str]
Timed = tuple[float, ModelEvent]


# Hiding secrets.


def clean_json(value: JsonValue, clean: Clean) -> JsonValue:
    """The value with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_json(one, clean) for one in value]
    return {name: clean_json(one, clean) for name, one in value.items()} if isinstance(value, dict) else value


def clean_message(message: Message, clean: Clean) -> Message:
    """The message without secrets; a picture is only its digest."""
    content = tuple(_clean_part(part, clean) for part in message.content)
    return replace(message, content=content, error=clean(message.error))


def _clean_part(part: Content, clean: Clean) -> Content:
    if isinstance(part, Image):
        return Image(f"sha256:{hashlib.sha256(part.data.encode()).hexdigest()}", part.mime_type)
    if isinstance(part, ToolCall):
        return _clean_call(part, clean)
    return replace(part, text=clean(part.text))


def _clean_call(call: ToolCall, clean: Clean) -> ToolCall:
    return replace(call, arguments=as_object(clean_json(call.arguments, clean)))


def clean_answer(answer: Iterable[Timed], clean: Clean) -> tuple[Timed, ...]:
    """The events without secrets; pieces that only together hold a secret become one piece."""
    return tuple(timed for stretch in _stretches(answer) for timed in _clean_stretch(stretch, clean))


def _stretches(answer: Iterable[Timed]) -> Iterator[list[Timed]]:
    """The events in groups: those whose texts `agent.turn` joins to one stay together."""
    stretch: list[Timed] = []
    for timed in answer:
        if stretch and not _joins(stretch[-1][1], timed[1]):
            yield stretch
            stretch = []
        stretch.append(timed)
    if stretch:
        yield stretch


def _joins(before: ModelEvent, event: ModelEvent) -> bool:
    if isinstance(before, ThinkingDelta):
        return isinstance(event, ThinkingDelta) and not before.signature
    return isinstance(before, TextDelta) and isinstance(event, TextDelta)


def _clean_stretch(stretch: list[Timed], clean: Clean) -> list[Timed]:
    at, last = stretch[0][0], stretch[-1][1]
    if not isinstance(last, TextDelta | ThinkingDelta):
        return [(at, _clean_event(last, clean))]
    whole = "".join(event.text for _, event in stretch if isinstance(event, TextDelta | ThinkingDelta))
    cleaned = clean(whole)
    return stretch if cleaned == whole else [(at, replace(last, text=cleaned))]


def _clean_event(event: ModelEvent, clean: Clean) -> ModelEvent:
    if isinstance(event, ToolCallReady):
        return ToolCallReady(_clean_call(event.call, clean))
    return replace(event, reason=clean(event.reason)) if isinstance(event, ModelChosen) else event


# Writing.


def encode(run: RecordedRun, clean: Clean) -> bytes:
    """The run as JSON; what is said again in each question stands in it once."""
    shared = _Shared(clean)
    calls: list[JsonValue] = [_call(call, shared, clean) for call in run.calls]
    stored: list[JsonValue] = [to_wire(clean_message(message, clean)) for message in run.stored]
    whole: JsonObject = {
        "version": VERSION,
        "runId": run.run_id,
        "sessionKey": run.session_key,
        "calls": calls,
        "texts": list(shared.texts),
        "tools": list(shared.tools),
        "messages": list(shared.messages),
        "stored": stored,
        "end": {"kind": run.end.kind, "code": run.end.code, "sentence": clean(run.end.sentence)},
    }
    return encode_line(whole)


class _Shared:
    """What several questions have in common, each once and by its number."""

    def __init__(self, clean: Clean) -> None:
        self._clean = clean
        self._by_identity: dict[int, int] = {}
        self._kept: list[Message] = []  # so that no other message gets the identity of one of these
        self.messages: list[JsonValue] = []
        self.texts: list[JsonValue] = []
        self.tools: list[JsonValue] = []

    def message(self, message: Message) -> int:
        """Its number in `messages`."""
        number = self._by_identity.setdefault(id(message), len(self.messages))
        if number == len(self.messages):
            self._kept.append(message)
            self.messages.append(to_wire(clean_message(message, self._clean)))
        return number

    def text(self, text: str) -> int:
        """Its number in `texts`."""
        return _number(self.texts, self._clean(text))

    def toolset(self, tools: tuple[ToolSpec, ...]) -> int:
        """The number of these tools in `tools`."""
        return _number(self.tools, [[tool.name, tool.description, tool.parameters] for tool in tools])


def _number(known: list[JsonValue], value: JsonValue) -> int:
    if value not in known:
        known.append(value)
    return known.index(value)


def _call(call: RecordedCall, shared: _Shared, clean: Clean) -> JsonObject:
    request = call.request
    asked: JsonObject = {
        "system": shared.text(request.system),
        "tools": shared.toolset(request.tools),
        "messages": [shared.message(message) for message in request.messages],
        "maxTokens": request.max_tokens,
        "thinking": request.thinking,
    }
    answer: list[JsonValue] = [[round(at, 6), *_event(event)] for at, event in clean_answer(call.answer, clean)]
    made: JsonObject = {"request": asked, "answer": answer}
    if call.fault is not None:
        fault = call.fault
        made["fault"] = {"code": fault.code, "message": clean(fault.message), "hint": clean(fault.hint)}
    return made


def _event(event: ModelEvent) -> list[JsonValue]:
    match event:
        case ModelChosen():
            return ["chosen", event.provider, event.model, event.context_window, event.reason]
        case TextDelta():
            return ["text", event.text]
        case ThinkingDelta():
            return ["thinking", event.text, event.signature]
        case ToolCallReady():
            return ["tool", event.call.id, event.call.name, event.call.arguments]
        case ModelDone():
            return ["done", event.stop_reason, usage_to_wire(event.usage)]


# Reading.


def decode(data: bytes) -> RecordedRun:
    """The run. Raises ValueError when the data hold none."""
    whole = as_object(parse(data))
    if whole.get("version") != VERSION:
        raise ValueError(f"it is no recording of version {VERSION}")
    key = as_text(whole.get("sessionKey"))
    messages = tuple(_message(one) for one in as_list(whole.get("messages")))
    texts = tuple(as_text(one) for one in as_list(whole.get("texts")))
    tools = tuple(_toolset(one) for one in as_list(whole.get("tools")))

    def request(asked: JsonObject) -> ModelRequest:
        return ModelRequest(
            system=texts[as_int(asked.get("system"))],
            messages=tuple(messages[as_int(number)] for number in as_list(asked.get("messages"))),
            tools=tools[as_int(asked.get("tools"))],
            max_tokens=as_int(asked.get("maxTokens")) or None,
            thinking=as_text(asked.get("thinking"), "off"),
            session_key=key,
        )

    try:
        calls = tuple(_recorded(as_object(one), request) for one in as_list(whole.get("calls")))
    except IndexError as error:
        raise ValueError("it refers to what is not in it") from error
    stored = tuple(_message(one) for one in as_list(whole.get("stored")))
    return RecordedRun(as_text(whole.get("runId")), key, calls, stored, _end(as_object(whole.get("end"))))


def _recorded(call: JsonObject, request: Callable[[JsonObject], ModelRequest]) -> RecordedCall:
    answer = tuple(_timed(one) for one in as_list(call.get("answer")))
    told = as_object(call.get("fault"))
    words = (as_text(told.get("code")), as_text(told.get("message")), as_text(told.get("hint")))
    return RecordedCall(request(as_object(call.get("request"))), answer, RecordedFault(*words) if told else None)


def _end(end: JsonObject) -> RecordedEnd:
    kind = end.get("kind")
    if kind not in ("reply", "fail", "abort"):
        raise ValueError("it does not say how the run ended")
    return RecordedEnd(kind, as_text(end.get("code")), as_text(end.get("sentence")))  # type: ignore[arg-type]


def _message(value: JsonValue) -> Message:
    message = from_wire(as_object(value))
    if message is None:
        raise ValueError("a message in it is none")
    return message


def _toolset(value: JsonValue) -> tuple[ToolSpec, ...]:
    rows = (as_list(row) for row in as_list(value))
    return tuple(ToolSpec(as_text(row[0]), as_text(row[1]), as_object(row[2])) for row in rows if len(row) == 3)


def _timed(value: JsonValue) -> Timed:
    match value:
        case [at, "chosen", str(provider), str(model), window, str(reason)]:
            return as_float(at), ModelChosen(provider, model, as_int(window), reason)
        case [at, "text", str(text)]:
            return as_float(at), TextDelta(text)
        case [at, "thinking", str(text), str(signature)]:
            return as_float(at), ThinkingDelta(text, signature)
        case [at, "tool", str(call_id), str(name), dict(arguments)]:
            return as_float(at), ToolCallReady(ToolCall(call_id, name, arguments))
        case [at, "done", str(stop), dict(usage)]:
            done = from_wire({"role": "assistant", "usage": usage, "stopReason": stop, "content": []})
            if done is not None and done.usage is not None and done.stop_reason is not None:
                return as_float(at), ModelDone(done.stop_reason, done.usage)
    raise ValueError("an event in it is none")
