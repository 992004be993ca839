"""Makes one message out of the conversation that a client of OpenAI's interfaces sends along each time; pure.

The whole conversation goes to the model as text, in the form that Clawdbot 2026.1.24 gives it: what was said before
under one mark, what is to be answered under another. System and developer messages add to the system prompt.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.messages import Image

BEFORE = "[Chat messages since your last reply - for context]"
NOW = "[Current message - respond to this]"
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
SPEAKERS = {"user": "User", "assistant": "Assistant", "tool": "Tool"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said, by "user", "assistant" or "tool"; `name` is the tool's."""

    role: str
    text: str
    name: str = ""

    def line(self) -> str:
        """The entry with its speaker."""
        speaker = SPEAKERS[self.role]
        return f"{speaker}:{self.name}: {self.text}" if self.name and self.role == "tool" else f"{speaker}: {self.text}"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the assistant is asked: the message, its pictures, and what adds to the system prompt."""

    message: str
    images: tuple[Image, ...] = ()
    system: str = ""


@dataclass(slots=True)
class Draft:
    """A conversation while it is read."""

    entries: list[Entry] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    system: list[str] = field(default_factory=list)

    def add(self, role: str, text: str, name: str = "") -> None:
        """Take down what a message says; blank ones and roles that nobody knows are passed over."""
        said = text.strip()
        if not said:
            return
        if role in ("system", "developer"):
            self.system.append(said)
        elif role in SPEAKERS:
            self.entries.append(Entry(role, said, name.strip()))

    def prompt(self) -> Prompt:
        """The whole; its message is empty when there is nothing to answer."""
        return Prompt(flattened(self.entries), tuple(self.images), "\n\n".join(self.system))


def flattened(entries: list[Entry]) -> str:
    """The conversation up to the last message of a user or tool, as one message; that one alone stays as it is."""
    to_answer = [index for index, entry in enumerate(entries) if entry.role != "assistant"]
    if not to_answer:
        return entries[-1].text if entries else ""
    last = to_answer[-1]
    if last == 0:
        return entries[0].text
    before = "\n".join(entry.line() for entry in entries[:last])
    return f"{BEFORE}\n{before}\n\n{NOW}\n{entries[last].line()}"


def picture(url: str, most: int, types: frozenset[str] = PICTURES) -> Image:
    """The picture in a data URL of at most `most` bytes. Raises BadInput for any other address or content."""
    kind, data = data_of(url, "image", most)
    if kind not in types & PICTURES:
        raise BadInput(f"Pictures of type {kind} are not taken.", hint=f"Send {', '.join(sorted(types & PICTURES))}.")
    return Image(base64.b64encode(data).decode(), kind)


def data_of(url: str, what: str, most: int) -> tuple[str, bytes]:
    """Media type and bytes of a base64 data URL. Raises BadInput; nothing is ever fetched from elsewhere."""
    head, comma, data = url.partition(",")
    if not head.startswith("data:") or not comma or not head.endswith(";base64"):
        raise BadInput(
            f"The {what} is not in the request.", hint="Send it as a data URL with base64; nothing is fetched."
        )
    return head[5:].partition(";")[0].strip().lower(), decoded(data, what, most)


def decoded(data: str, what: str, most: int) -> bytes:
    """The bytes of a base64 text. Raises BadInput when it is none or they are more than `most`."""
    try:
        found = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput(f"The {what} is not valid base64.") from error
    if len(found) > most:
        raise BadInput(f"The {what} has {len(found):,} bytes; at most {most:,} are taken.")
    return found
