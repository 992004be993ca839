"""The slash commands and stop words of a chat: a table from word to what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# Source: Clawdbot's chat.send treats exactly these messages as an order to stop.
STOP_WORDS = frozenset({"/stop", "stop", "esc", "abort", "wait", "exit", "interrupt"})
LEVELS = {
    "think": ("off", "minimal", "low", "medium", "high"),
    "verbose": ("off", "on", "full"),
}


class Verb(StrEnum):
    """What a command asks for."""

    STOP = "stop"
    HELP = "help"
    STATUS = "status"
    RESET = "reset"
    COMPACT = "compact"
    MODEL = "model"
    THINK = "think"
    VERBOSE = "verbose"


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command: its words, what it takes, and a line for /help."""

    verb: Verb
    words: tuple[str, ...]
    takes: str
    says: str


COMMANDS = (
    CommandSpec(Verb.HELP, ("/help", "/commands"), "", "Show this list"),
    CommandSpec(Verb.STATUS, ("/status",), "", "Show the model, tokens and queue of this conversation"),
    CommandSpec(Verb.STOP, ("/stop",), "", "Stop the answer that is being written"),
    CommandSpec(Verb.RESET, ("/new", "/reset"), "[message]", "Start afresh; the old transcript is kept"),
    CommandSpec(Verb.COMPACT, ("/compact",), "[lines]", "Keep only the newest lines of the transcript; a copy is kept"),
    CommandSpec(Verb.MODEL, ("/model",), "[provider/model | default]", "Show or choose the model of this conversation"),
    CommandSpec(Verb.THINK, ("/think",), "|".join(LEVELS["think"]), "How long the model may reason"),
    CommandSpec(Verb.VERBOSE, ("/verbose",), "|".join(LEVELS["verbose"]), "Whether tool calls are shown"),
)
_BY_WORD = {word: spec for spec in COMMANDS for word in spec.words}


@dataclass(frozen=True, slots=True)
class Command:
    """A command that somebody typed, with the rest of the line."""

    verb: Verb
    rest: str = ""


def parse(text: str, reset_triggers: tuple[str, ...] = ()) -> Command | None:
    """The command in a message, or None when it is an ordinary message.

    `reset_triggers` are further words that start afresh (session.resetTriggers). An unknown /word is ordinary text.
    """
    stripped = text.strip()
    if stripped.lower() in STOP_WORDS:
        return Command(Verb.STOP)
    word, _, rest = stripped.partition(" ")
    if word.lower() in {trigger.lower() for trigger in reset_triggers}:
        return Command(Verb.RESET, rest.strip())
    spec = _BY_WORD.get(word.lower())
    return Command(spec.verb, rest.strip()) if spec else None


def help_text() -> str:
    """All commands as a Markdown list."""
    lines = (f"- `{' or '.join(spec.words)}{f' {spec.takes}' if spec.takes else ''}`: {spec.says}" for spec in COMMANDS)
    return "You can say:\n\n" + "\n".join(lines)
