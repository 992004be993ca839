"""Methods about spoken answers: nothing can speak yet, so they say so, and keep what is chosen for later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Loose, Method, MethodError, NoParams, Scope
from clawd_desktop.gateway.results.voice import TtsChosen, TtsConverted, TtsProviders, TtsStatus, TtsSwitched
from clawd_desktop.storage.json_file import JsonFile

# Source: Clawdbot 2026.1.24, tts.
NAMES = {"openai": "OpenAI", "elevenlabs": "ElevenLabs", "edge": "Edge TTS"}
USUAL = "edge"
MODES = ("off", "always", "inbound", "tagged")
KEYS = {"hasOpenAIKey": ("OPENAI_API_KEY",), "hasElevenLabsKey": ("ELEVENLABS_API_KEY", "XI_API_KEY")}
CANNOT_SPEAK = "Spoken answers are not built into this version yet: no speech provider can be used."


class ProviderParams(Loose):
    """Who shall speak: openai, elevenlabs or edge."""

    provider: str = ""


class ConvertParams(Loose):
    """The text to be spoken, and the channel whose format it needs."""

    text: str = ""
    channel: str | None = None


class TtsMethods:
    """The preferences are those of Clawdbot, in its own file; `environ` may hold keys of providers."""

    def __init__(self, state: Path, environ: Callable[[], Mapping[str, str]]) -> None:
        self._preferences = JsonFile(state / "settings" / "tts.json", "The preferences for speech")
        self._environ = environ

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("tts.status", Scope.READ, NoParams, self.status, result=TtsStatus),
            Method("tts.providers", Scope.READ, NoParams, self.providers, result=TtsProviders),
            Method("tts.enable", Scope.WRITE, NoParams, self.enable, result=TtsSwitched),
            Method("tts.disable", Scope.WRITE, NoParams, self.disable, result=TtsSwitched),
            Method("tts.convert", Scope.WRITE, ConvertParams, self.convert, result=TtsConverted),
            Method("tts.setProvider", Scope.WRITE, ProviderParams, self.set_provider, result=TtsChosen),
        )

    async def status(self, call: Call, params: NoParams) -> TtsStatus:
        """What is chosen for later; `enabled` is false because nothing is spoken, whatever is chosen."""
        chosen = await self._chosen()
        auto = as_text(chosen.get("auto"))
        keys = {name: any(self._environ().get(key, "").strip() for key in names) for name, names in KEYS.items()}
        return {
            "enabled": False,
            "auto": auto if auto in MODES else "off",
            "provider": _provider(chosen),
            "fallbackProvider": None,
            "fallbackProviders": [],
            "prefsPath": str(self._preferences.path),
            "hasOpenAIKey": keys["hasOpenAIKey"],
            "hasElevenLabsKey": keys["hasElevenLabsKey"],
            "edgeEnabled": False,
        }

    async def providers(self, call: Call, params: NoParams) -> TtsProviders:
        """The providers that can be chosen for later; none is usable."""
        return {
            "providers": [{"id": id, "name": name, "configured": False, "models": []} for id, name in NAMES.items()],
            "active": _provider(await self._chosen()),
        }

    def enable(self, call: Call, params: NoParams) -> TtsSwitched:
        """Refuses: nothing can speak yet."""
        raise MethodError(ErrorCode.UNAVAILABLE, CANNOT_SPEAK)

    async def disable(self, call: Call, params: NoParams) -> TtsSwitched:
        """Keeps that answers shall not be spoken."""
        # An older Clawdbot kept the switch as "enabled".
        await self._change({"auto": "off"}, without="enabled")
        return {"enabled": False}

    def convert(self, call: Call, params: ConvertParams) -> TtsConverted:
        """Refuses: nothing can speak yet."""
        if not params.text.strip():
            raise MethodError(ErrorCode.INVALID_REQUEST, "tts.convert requires text")
        raise MethodError(ErrorCode.UNAVAILABLE, CANNOT_SPEAK)

    async def set_provider(self, call: Call, params: ProviderParams) -> TtsChosen:
        """Keeps who shall speak once something can."""
        match params.provider.strip():
            case "openai" | "elevenlabs" | "edge" as provider:
                await self._change({"provider": provider})
                return {"provider": provider}
            case _:
                raise MethodError(ErrorCode.INVALID_REQUEST, "Invalid provider. Use openai, elevenlabs, or edge.")

    async def _chosen(self) -> JsonObject:
        return as_object((await self._preferences.read()).get("tts"))

    async def _change(self, change: JsonObject, *, without: str = "") -> None:
        def changed(before: JsonObject) -> JsonObject:
            kept = {name: value for name, value in as_object(before.get("tts")).items() if name != without}
            return {**before, "tts": {**kept, **change}}

        await self._preferences.change(changed)


def _provider(chosen: JsonObject) -> str:
    named = as_text(chosen.get("provider"))
    return named if named in NAMES else USUAL
