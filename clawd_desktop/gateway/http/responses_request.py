"""Reads the body of OpenAI's responses and refuses what this gateway cannot do, instead of leaving it out; pure.

Pictures and files come in OpenAI's own form (data URLs) or in that of OpenResponses (`source`), as Clawdbot takes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from clawd_desktop.config.schema.gateway import Responses
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text
from clawd_desktop.gateway.http.chat_request import MOST_PICTURES, check_unsupported, flag, limit
from clawd_desktop.gateway.http.conversation import PICTURES, Draft, Prompt, data_of, picture

# Source of the limits: Clawdbot 2026.1.24. PDF is not read here.
TEXT_TYPES = frozenset({"text/plain", "text/markdown", "text/html", "text/csv", "application/json"})
FILE_BYTES = 5 * 1024 * 1024
FILE_CHARS = 200_000
PICTURE_BYTES = 10 * 1024 * 1024
_TOOLS = "Tools of the client are not supported here; the agent uses its own."
UNSUPPORTED: tuple[tuple[str, tuple[JsonValue, ...], str], ...] = (
    ("tools", (None, []), _TOOLS),
    ("tool_choice", (None, "none", "auto"), _TOOLS),
    ("text", (None, {}, {"format": {"type": "text"}}), "Answers are text: text.format must be text."),
    ("background", (None, False), "Answers are not kept for later: background must be false."),
    ("conversation", (None,), "Conversations are named by the session key header or by user."),
    ("prompt", (None,), "Stored prompts are not known here."),
)


@dataclass(frozen=True, slots=True)
class InputLimits:
    """What a request may bring along. Sizes are bytes, `file_chars` characters of one file's text."""

    file_bytes: int = FILE_BYTES
    file_chars: int = FILE_CHARS
    file_types: frozenset[str] = TEXT_TYPES
    picture_bytes: int = PICTURE_BYTES
    picture_types: frozenset[str] = PICTURES


@dataclass(frozen=True, slots=True)
class ResponsesRequest:
    """What a client asks; `previous` is the id of the answer that it goes on from, "" for none."""

    prompt: Prompt
    model: str = ""
    user: str = ""
    previous: str = ""
    stream: bool = False
    max_tokens: int | None = None
    instructions: str = ""


def limits_from(settings: Responses) -> InputLimits:
    """The limits of the configuration; what it says in another type than expected is passed over."""
    files, images = _known(settings.files), _known(settings.images)
    return InputLimits(
        as_int(files.get("maxBytes")) or FILE_BYTES,
        as_int(files.get("maxChars")) or FILE_CHARS,
        TEXT_TYPES & _types(files, TEXT_TYPES),
        as_int(images.get("maxBytes")) or PICTURE_BYTES,
        PICTURES & _types(images, PICTURES),
    )


def parse_responses(body: JsonObject, limits: InputLimits) -> ResponsesRequest:
    """The request. Raises BadInput with what is wrong with it."""
    check_unsupported(body, UNSUPPORTED)
    reader = _Reader(limits)
    said = body.get("input")
    if isinstance(said, str):
        reader.draft.add("user", said)
    for item in as_list(said):
        reader.read(as_object(item))
    prompt = reader.draft.prompt()
    if not prompt.message and not prompt.images:
        raise BadInput("Missing user message in `input`.")
    instructions = as_text(body.get("instructions"))
    system = "\n\n".join(text for text in (instructions.strip(), prompt.system) if text)
    return ResponsesRequest(
        replace(prompt, system=system),
        as_text(body.get("model")),
        as_text(body.get("user")),
        as_text(body.get("previous_response_id")),
        flag(body, "stream"),
        limit(body, "max_output_tokens"),
        instructions,
    )


@dataclass(slots=True)
class _Reader:
    limits: InputLimits
    draft: Draft = field(default_factory=Draft)

    def read(self, item: JsonObject) -> None:
        """Take down one item of the input."""
        kind = as_text(item.get("type")) or "message"
        if kind == "message":
            content = item.get("content")
            parts = [content] if isinstance(content, str) else as_list(content)
            texts = (part if isinstance(part, str) else self._part(as_object(part)) for part in parts)
            role = as_text(item.get("role"))
            self.draft.add("assistant" if role == "assistant" else role or "user", "\n".join(filter(None, texts)))
        elif kind == "function_call_output":
            self.draft.add("tool", as_text(item.get("output")), as_text(item.get("call_id")))
        elif kind not in ("function_call", "reasoning"):
            raise BadInput(f"Items of type {kind} are not supported.", code="unsupported")

    def _part(self, part: JsonObject) -> str:
        kind = as_text(part.get("type"))
        if kind in ("input_text", "output_text", "text", "refusal"):
            return as_text(part.get("text")) or as_text(part.get("refusal"))
        if kind == "input_image":
            return self._image(part)
        if kind == "input_file":
            return self._file(part)
        raise BadInput(f"Parts of type {kind or 'nothing'} are not supported.", code="unsupported")

    def _image(self, part: JsonObject) -> str:
        if len(self.draft.images) >= MOST_PICTURES:
            raise BadInput(f"At most {MOST_PICTURES} pictures in one request.")
        url = as_text(part.get("image_url")) or _source(part)
        self.draft.images.append(picture(url, self.limits.picture_bytes, self.limits.picture_types))
        return ""

    def _file(self, part: JsonObject) -> str:
        source = as_object(part.get("source"))
        name = _file_name(as_text(part.get("filename")) or as_text(source.get("filename")) or "file")
        kind, data = data_of(as_text(part.get("file_data")) or _source(part), f"file {name}", self.limits.file_bytes)
        if kind not in self.limits.file_types:
            allowed = ", ".join(sorted(self.limits.file_types))
            raise BadInput(f"The file {name} of type {kind} is not read here.", hint=f"Send one of {allowed}.")
        text = data.decode("utf-8", "replace")
        if len(text) > self.limits.file_chars:
            raise BadInput(
                f"The file {name} has {len(text):,} characters; at most {self.limits.file_chars:,} are taken."
            )
        # The mark at its end cannot come from the file itself.
        inside = text.replace("</file", "< /file")
        return f'<file name="{name}">\n{inside}\n</file>'


def _source(part: JsonObject) -> str:
    """The `source` of OpenResponses as an address."""
    source = as_object(part.get("source"))
    if source.get("type") == "base64":
        return f"data:{as_text(source.get('media_type'))};base64,{as_text(source.get('data'))}"
    return as_text(source.get("url"))


def _file_name(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable() and letter not in '"<>')[:100] or "file"


def _known(settings: dict[str, object] | None) -> JsonObject:
    """The plain values of a section whose keys are not checked."""
    known: JsonObject = {}
    for key, value in (settings or {}).items():
        if isinstance(value, int | float | str | bool):
            known[key] = value
        elif isinstance(value, list | tuple):
            known[key] = [each for each in value if isinstance(each, str)]
    return known


def _types(settings: JsonObject, usual: frozenset[str]) -> frozenset[str]:
    named = frozenset(as_text(each).strip().lower() for each in as_list(settings.get("allowedMimes")))
    return named or usual
