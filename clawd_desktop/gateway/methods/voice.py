"""Methods about talking with the assistant: talk mode and the words that wake it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonValue, as_list, as_text
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Call, Client, ErrorCode, Method, MethodError, NoParams, Params, Scope
from clawd_desktop.gateway.results.voice import TalkMode, WakeWords
from clawd_desktop.storage.json_file import JsonFile

# Source: Clawdbot 2026.1.24, infra/voicewake.
USUAL_WORDS = ("clawd", "claude", "computer")
MOST_WORDS = 32
LONGEST_WORD = 64
NO_MOBILE = "talk disabled: no connected iOS/Android nodes"
_MOBILE = ("ios", "ipados", "android")


class TalkParams(Params):
    """Whether somebody talks, and the phase in the client's words."""

    enabled: bool
    phase: str | None = None


class WakeWordsParams(Params):
    """At most 32 words of at most 64 characters; without any the usual ones count."""

    triggers: list[str]


class VoiceMethods:
    """What phones and the web chat agree on. `platforms` are those of the nodes that are connected."""

    def __init__(
        self, state: Path, broadcaster: Broadcaster, platforms: Callable[[], Iterable[str]], clock: Clock
    ) -> None:
        self._words = JsonFile(state / "settings" / "voicewake.json", "The list of wake words")
        self._broadcaster = broadcaster
        self._platforms = platforms
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("talk.mode", Scope.WRITE, TalkParams, self.talk_mode, result=TalkMode),
            Method("voicewake.get", Scope.READ, NoParams, self.words, result=WakeWords),
            Method("voicewake.set", Scope.WRITE, WakeWordsParams, self.set_words, result=WakeWords),
        )

    def talk_mode(self, call: Call, params: TalkParams) -> TalkMode:
        """Tells all clients that talking begins or ends; the web chat needs a connected phone for it."""
        if _is_webchat(call.client) and not any(map(_is_mobile, self._platforms())):
            raise MethodError(ErrorCode.UNAVAILABLE, NO_MOBILE)
        now = self._clock.wall_ms()
        self._broadcaster.publish("talk.mode", {"enabled": params.enabled, "phase": params.phase, "ts": now})
        return {"enabled": params.enabled, "phase": params.phase, "ts": now}

    async def words(self, call: Call, params: NoParams) -> WakeWords:
        """The words that wake the assistant."""
        return {"triggers": _usable(as_list((await self._words.read()).get("triggers")))}

    async def set_words(self, call: Call, params: WakeWordsParams) -> WakeWords:
        """Keeps the words and tells all clients."""
        words = _usable([*params.triggers])
        stored: list[JsonValue] = [*words]
        now = self._clock.wall_ms()
        await self._words.change(lambda before: {**before, "triggers": stored, "updatedAtMs": now})
        self._broadcaster.publish("voicewake.changed", {"triggers": stored})
        return {"triggers": words}


def _usable(words: list[JsonValue]) -> list[str]:
    kept = [text for word in words if (text := as_text(word).strip()[:LONGEST_WORD])]
    return kept[:MOST_WORDS] or [*USUAL_WORDS]


def _is_webchat(client: Client) -> bool:
    return client.mode == "webchat" or client.client_id == "webchat-ui"


def _is_mobile(platform: str) -> bool:
    return platform.lower().startswith(_MOBILE)
