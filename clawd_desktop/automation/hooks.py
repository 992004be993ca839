"""Decides, without doing anything, what a request to a hook asks for and how it is told to the assistant.

Source of keys, defaults and words: Clawdbot 2026.1.24, hooks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.fence import one_line
from clawd_desktop.core.values import JsonObject, JsonValue, as_text

if TYPE_CHECKING:  # the section is loaded when hooks are on
    from clawd_desktop.config.schema import Config
    from clawd_desktop.config.schema.automation import Hooks

WakeMode: TypeAlias = Literal["now", "next-heartbeat"]
# "last" is the channel that spoke last; no channel of its own is built into this version.
CHANNELS = ("last",)
THINKING = ("off", "minimal", "low", "medium", "high", "xhigh")
USUAL_NAME = "Hook"
LONGEST_SUMMARY = 2_000


@dataclass(frozen=True, slots=True)
class Wake:
    """The main conversation is to be told something."""

    text: str
    mode: WakeMode


@dataclass(frozen=True, slots=True)
class AgentTurn:
    """An agent is to answer a message; without `session_key` in a fresh session. `trusted` leaves the fence away.

    Its answer goes to the main conversation: `deliver` and `to` of a request have no channel to name yet.
    """

    message: str
    name: str = USUAL_NAME
    mode: WakeMode = "now"
    session_key: str = ""
    model: str | None = None
    thinking: str | None = None
    timeout_s: float | None = None
    trusted: bool = False


Action: TypeAlias = Wake | AgentTurn


def hooks_of(config: Config) -> Hooks | None:
    """The section of hooks, None while they are off. It is not even loaded where the file has none."""
    return config.hooks if "hooks" in config.raw and config.hooks.enabled else None


def base_path(hooks: Hooks) -> str:
    """The path in front of all hooks. Raises BadInput when it is that of the whole gateway."""
    path = "/" + (hooks.path.strip() or "/hooks").strip("/")
    if path == "/":
        raise BadInput("hooks.path may not be '/'", hint="Choose a path such as /hooks.")
    return path


def wake_of(payload: JsonObject) -> Wake:
    """What POST <path>/wake asks for. Raises BadInput."""
    text = as_text(payload.get("text")).strip()
    if not text:
        raise BadInput("text required")
    return Wake(text, mode_of(payload.get("mode")))


def agent_of(payload: JsonObject) -> AgentTurn:
    """What POST <path>/agent asks for. Raises BadInput."""
    message = as_text(payload.get("message")).strip()
    if not message:
        raise BadInput("message required")
    model = payload.get("model")
    if model is not None and not as_text(model).strip():
        raise BadInput("model required")
    check_channel(payload.get("channel"))
    return AgentTurn(
        message,
        one_line(as_text(payload.get("name"))) or USUAL_NAME,
        mode_of(payload.get("wakeMode")),
        as_text(payload.get("sessionKey")).strip(),
        as_text(model).strip() or None,
        thinking_of(as_text(payload.get("thinking"))),
        _seconds(payload.get("timeoutSeconds")),
    )


def mode_of(value: JsonValue) -> WakeMode:
    """When the main conversation is told; anything but "next-heartbeat" means at once."""
    return "next-heartbeat" if value == "next-heartbeat" else "now"


def check_channel(value: JsonValue) -> None:
    """Raises BadInput for a channel that is not there."""
    if value is not None and as_text(value).strip().lower() not in CHANNELS:
        raise BadInput(f"channel must be {'|'.join(CHANNELS)}")


def thinking_of(text: str) -> str | None:
    """The level, None when none is named. Raises BadInput for one that nobody knows."""
    level = text.strip().lower()
    if level and level not in THINKING:
        raise BadInput(f"invalid thinking (use {'|'.join(THINKING)})")
    return level or None


def summary(name: str, ok: bool, text: str) -> str:
    """How the main conversation is told of a run that ended."""
    said = text.strip()[:LONGEST_SUMMARY] or ("ok" if ok else "error")
    return f"Hook {name}: {said}" if ok else f"Hook {name} (error): {said}"


def _seconds(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        return None
    return float(max(1, math.floor(value)))
