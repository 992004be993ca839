"""Reads the body of a chat completion and refuses what this gateway cannot do, instead of leaving it out; pure."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text
from clawd_desktop.gateway.http.conversation import Draft, Prompt, picture

PICTURE_BYTES = 5_000_000
MOST_PICTURES = 8
# A key that asks for something that is not done, the values that ask for nothing, and what is said of it.
_TOOLS = "Tools of the client are not supported on chat completions; the agent uses its own."
UNSUPPORTED: tuple[tuple[str, tuple[JsonValue, ...], str], ...] = (
    ("tools", (None, []), _TOOLS),
    ("functions", (None, []), _TOOLS),
    ("tool_choice", (None, "none", "auto"), _TOOLS),
    ("function_call", (None, "none", "auto"), _TOOLS),
    ("n", (None, 1), "One answer per request: n must be 1."),
    ("response_format", (None, {"type": "text"}), "Answers are text: response_format must be text."),
    ("logprobs", (None, False), "logprobs are not known here."),
    ("audio", (None,), "Answers are text: audio is not spoken here."),
    ("modalities", (None, [], ["text"]), 'Answers are text: modalities must be ["text"].'),
)


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a client asks; `max_tokens` bounds the answer."""

    prompt: Prompt
    model: str = ""
    user: str = ""
    stream: bool = False
    include_usage: bool = False
    max_tokens: int | None = None


def parse_chat(body: JsonObject) -> ChatRequest:
    """The request. Raises BadInput with what is wrong with it."""
    check_unsupported(body, UNSUPPORTED)
    draft = Draft()
    for message in as_list(body.get("messages")):
        _read(draft, as_object(message))
    prompt = draft.prompt()
    if not prompt.message and not prompt.images:
        raise BadInput("Missing user message in `messages`.")
    options = as_object(body.get("stream_options"))
    return ChatRequest(
        prompt,
        as_text(body.get("model")),
        as_text(body.get("user")),
        flag(body, "stream"),
        options.get("include_usage") is True,
        limit(body, "max_completion_tokens") or limit(body, "max_tokens"),
    )


def check_unsupported(body: JsonObject, table: tuple[tuple[str, tuple[JsonValue, ...], str], ...]) -> None:
    """Raises BadInput for the first key of the table that asks for something."""
    for key, harmless, sentence in table:
        if body.get(key) not in harmless:
            raise BadInput(sentence, code="unsupported")


def flag(body: JsonObject, name: str) -> bool:
    """A yes or no. Raises BadInput for anything else."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadInput(f"{name} must be true or false.")
    return value is True


def limit(body: JsonObject, name: str) -> int | None:
    """A positive whole number, None when absent. Raises BadInput for anything else."""
    value = body.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise BadInput(f"{name} must be a positive whole number.")
    return value


def _read(draft: Draft, message: JsonObject) -> None:
    role = as_text(message.get("role")).strip()
    role = "tool" if role == "function" else role
    texts = []
    content = message.get("content")
    for part in [content] if isinstance(content, str) else as_list(content):
        text = part if isinstance(part, str) else _part(draft, as_object(part))
        if text:
            texts.append(text)
    draft.add(role, "\n".join(texts), as_text(message.get("name")))


def _part(draft: Draft, part: JsonObject) -> str:
    """The text of a part; a picture goes into the draft."""
    kind = as_text(part.get("type"))
    if kind in ("text", "input_text", "refusal"):
        return as_text(part.get("text")) or as_text(part.get("refusal"))
    if kind != "image_url":
        raise BadInput(f"Parts of type {kind or 'nothing'} are not supported.", code="unsupported")
    if len(draft.images) >= MOST_PICTURES:
        raise BadInput(f"At most {MOST_PICTURES} pictures in one request.")
    url = part.get("image_url")
    draft.images.append(picture(as_text(url) or as_text(as_object(url).get("url")), PICTURE_BYTES))
    return ""
