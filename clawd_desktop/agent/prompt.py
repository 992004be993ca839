"""Builds, without I/O, what a model is told: the system prompt and the part of the history that fits its window."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clawd_desktop.core.messages import Content, Image, Message, Text, Thinking, ToolCall, ToolSpec

CHARS_PER_TOKEN = 3.6  # English prose in the common tokenizers; low on purpose, so that a request does not overflow.
IMAGE_TOKENS = 1600
SMALL_WINDOW = 8192
FILE_LIMIT = 20_000
# Read in this order into the prompt. Source: Clawdbot's system prompt, docs/concepts/system-prompt.md.
WORKSPACE_FILES = ("AGENTS.md", "SOUL.md", "TOOLS.md", "IDENTITY.md", "USER.md", "MEMORY.md")


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """What the system prompt is made from. `files` are (name, text) of the workspace."""

    assistant_name: str
    today: str
    files: tuple[tuple[str, str], ...] = ()
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the system prompt; `name` is identity, the name of a workspace file, or extra."""

    name: str
    text: str


def sections(template: str, facts: PromptFacts, context_window: int) -> tuple[Section, ...]:
    """What the system prompt consists of; a small window gets the bare template, so that room is left to talk."""
    found = [Section("identity", template.format(name=facts.assistant_name, today=facts.today).strip())]
    if context_window >= SMALL_WINDOW:
        found += [Section(name, f"## {name}\n\n{_cut(text)}") for name, text in facts.files if text.strip()]
    if facts.extra.strip():
        found.append(Section("extra", facts.extra.strip()))
    return tuple(found)


def system_prompt(found: tuple[Section, ...]) -> str:
    """The sections as the one text that the model is told."""
    return "\n\n".join(section.text for section in found)


def part_tokens(
    found: tuple[Section, ...], tools: tuple[ToolSpec, ...], messages: tuple[Message, ...]
) -> tuple[tuple[str, int], ...]:
    """Roughly how many tokens each part of a question costs; the last message is what is answered."""
    rows = [(section.name, text_tokens(section.text)) for section in found]
    if tools:
        rows.append(("tools", sum(text_tokens(f"{tool.name} {tool.description} {tool.parameters}") for tool in tools)))
    rows.append(("history", sum(map(estimate_tokens, messages[:-1]))))
    rows.append(("message", sum(map(estimate_tokens, messages[-1:]))))
    return tuple(rows)


def estimate_tokens(message: Message) -> int:
    """Roughly how many tokens the message costs."""
    return 4 + sum(_part_tokens(part) for part in message.content)


def fit(messages: tuple[Message, ...], room_tokens: int) -> tuple[Message, ...]:
    """The newest messages that fit `room_tokens`, beginning with something a person said; at least the last one.

    A message that alone is larger than the room is cut in its middle, with a note, rather than dropped.
    """
    kept: list[Message] = []
    left = room_tokens
    for message in reversed(messages):
        cost = estimate_tokens(message)
        if cost > left and kept:
            break
        kept.append(message if cost <= left else _shorten(message, left))
        left -= cost
    kept.reverse()
    while len(kept) > 1 and kept[0].role != "user":
        kept.pop(0)
    return tuple(kept)


def usable(messages: tuple[Message, ...], own: Message, not_yet: tuple[Message, ...] = ()) -> tuple[Message, ...]:
    """The history as a model may see it, ending with `own`, the message to be answered.

    Messages are stored the moment they arrive, so a later one can stand before the answer to an earlier one: `own` is
    moved to the end and those whose turn has `not_yet` come are left out. Empty failures and old reasoning are dropped.
    """
    apart = set(map(_identity, (own, *not_yet)))
    kept = [_without_thinking(message) for message in messages if _identity(message) not in apart]
    return (*(message for message in kept if message.content), own)


def _identity(message: Message) -> tuple[str, int, str]:
    return (message.role, message.timestamp, message.text)


def _without_thinking(message: Message) -> Message:
    # A signed thinking block belongs to the tool calls beside it and must go back with them.
    if message.role != "assistant" or message.tool_calls:
        return message
    return replace(message, content=tuple(part for part in message.content if not isinstance(part, Thinking)))


def _part_tokens(part: Content) -> int:
    if isinstance(part, Image):
        return IMAGE_TOKENS
    if isinstance(part, ToolCall):
        return int(len(str(part.arguments)) / CHARS_PER_TOKEN) + 16
    return text_tokens(part.text)


def text_tokens(text: str) -> int:
    """Roughly how many tokens the text is."""
    # A CJK character is about one token; the others share one.
    wide = sum(map("\u2e7f".__lt__, text)) if not text.isascii() else 0
    return int((len(text) - wide) / CHARS_PER_TOKEN) + wide


def _cut(text: str) -> str:
    return (
        text.strip() if len(text) <= FILE_LIMIT else f"{text[:FILE_LIMIT].strip()}\n[cut at {FILE_LIMIT:,} characters]"
    )


def _shorten(message: Message, room_tokens: int) -> Message:
    half = max(200, int(room_tokens * CHARS_PER_TOKEN / 2))
    return replace(message, content=tuple(_shorten_part(part, half) for part in message.content))


def _shorten_part(part: Content, half: int) -> Content:
    if not isinstance(part, Text) or len(part.text) <= 2 * half:
        return part
    left_out = len(part.text) - 2 * half
    return Text(f"{part.text[:half]}\n[... {left_out:,} characters left out ...]\n{part.text[-half:]}")
