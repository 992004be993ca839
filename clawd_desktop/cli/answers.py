"""Follows one answer of the assistant on the wire and says what is new of its text; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clawd_desktop.core.values import JsonObject, as_list, as_object, as_text


class End(StrEnum):
    """How an answer ended."""

    FINAL = "final"
    ERROR = "error"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True)
class Progress:
    """What an event brought: text to show now, and how the answer ended if it did; `words` are the error or reason."""

    text: str = ""
    end: End | None = None
    words: str = ""


class Answer:
    """The answer of run `run_id`. Events of other runs bring nothing."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._shown = ""

    def take(self, event: str, payload: JsonObject) -> Progress:
        """What this event adds. Both streams carry the whole text, so that either is enough and none is shown twice."""
        if payload.get("runId") != self.run_id:
            return Progress()
        if event == "agent" and payload.get("stream") == "assistant":
            return Progress(self._new(as_text(as_object(payload.get("data")).get("text"))))
        if event != "chat":
            return Progress()
        text = self._new(text_of(as_object(payload.get("message"))))
        match payload.get("state"):
            case "final":
                return Progress(text, End.FINAL)
            case "error":
                return Progress(text, End.ERROR, as_text(payload.get("errorMessage"), "The run failed."))
            case "aborted":
                return Progress(text, End.ABORTED, as_text(payload.get("stopReason"), "stopped"))
            case _:
                return Progress(text)

    def _new(self, whole: str) -> str:
        if self._shown.startswith(whole) or self._shown.strip() == whole.strip():
            return ""
        # After a tool call the model starts a message of its own.
        new = whole[len(self._shown) :] if whole.startswith(self._shown) else f"\n\n{whole}"
        self._shown = whole
        return new


def text_of(message: JsonObject) -> str:
    """The text parts of a message on the wire, joined."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = (as_object(part) for part in as_list(content))
    return "".join(as_text(part.get("text")) for part in parts if part.get("type") == "text")
