"""What is told of an alert, and what each way of telling it offers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.alert_rules import Importance


class Kind(StrEnum):
    """Why something is told."""

    RAISED = "raised"
    RECOVERED = "recovered"
    ESCALATED = "escalated"
    DIGEST = "digest"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Told:
    """One message. `id` is the alert's; `members` are the ids of all alerts that a message speaks of together.

    Times are wall-clock milliseconds, 0 where there is none. `value` and `threshold` are in the unit of the series.
    """

    kind: Kind
    id: str
    rule: str
    severity: Importance
    title: str
    text: str
    at_ms: int
    key: str = ""
    value: float = 0.0
    threshold: float = 0.0
    raised_ms: int = 0
    ended_ms: int = 0
    members: tuple[str, ...] = ()

    def line(self) -> str:
        """It as one line of text."""
        return f"[{self.severity.word}] {self.title}: {' '.join(self.text.split())}"

    def as_json(self) -> JsonObject:
        """It for programs; what does not apply is left out."""
        facts: JsonObject = {
            "kind": self.kind.value, "id": self.id, "rule": self.rule, "severity": self.severity.word,
            "title": self.title, "text": self.text, "atMs": self.at_ms,
        }  # fmt: skip
        if self.key:
            facts |= {"metric": self.key, "value": self.value, "threshold": self.threshold}
        if self.raised_ms:
            facts["raisedMs"] = self.raised_ms
        if self.ended_ms:
            facts["endedMs"] = self.ended_ms
        if self.members:
            facts["alerts"] = list(self.members)
        return facts


class Sink(Protocol):
    """One way to tell somebody."""

    async def send(self, told: Told) -> None:
        """Tell it. Raises ClawdError with what went wrong; may take as long as its own limit says."""
