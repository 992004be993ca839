"""What talk mode, wake words and speech output answer. Source: Clawdbot 2026.1.24, results as observed."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

TtsProviderId: TypeAlias = Literal["openai", "elevenlabs", "edge"]


class TalkMode(TypedDict):
    """Whether the assistant is talked with; `ts` in milliseconds since the epoch."""

    enabled: bool
    phase: str | None
    ts: int


class WakeWords(TypedDict):
    """What wakes the assistant."""

    triggers: list[str]


class TtsStatus(TypedDict):
    """How speech output is set."""

    enabled: bool
    auto: str
    provider: str
    fallbackProvider: str | None
    fallbackProviders: list[str]
    prefsPath: str
    hasOpenAIKey: bool
    hasElevenLabsKey: bool
    edgeEnabled: bool


class TtsProvider(TypedDict):
    """Who can speak."""

    id: str
    name: str
    configured: bool
    models: list[str]
    voices: NotRequired[list[str]]


class TtsProviders(TypedDict):
    """All who can speak, and who is chosen."""

    providers: list[TtsProvider]
    active: str


class TtsSwitched(TypedDict):
    """Whether answers are spoken."""

    enabled: bool


class TtsChosen(TypedDict):
    """Who is chosen to speak."""

    provider: TtsProviderId


class TtsConverted(TypedDict):
    """The spoken text."""

    audioPath: str
    provider: str
    outputFormat: str
    voiceCompatible: bool
