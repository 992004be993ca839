"""What a Clawdbot 2026.1.24 gateway was seen to answer about voice fits our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.voice import TalkMode, TtsChosen, TtsProviders, TtsStatus, WakeWords


def test_talking_and_waking() -> None:
    assert misfit(TalkMode, {"enabled": True, "phase": None, "ts": 1}) == ""
    assert misfit(WakeWords, {"triggers": ["clawd", "claude", "computer"]}) == ""
    assert "phase" in misfit(TalkMode, {"enabled": True, "ts": 1})


def test_speech() -> None:
    seen = {
        "enabled": False, "auto": "off", "provider": "edge", "fallbackProvider": None, "fallbackProviders": [],
        "prefsPath": "/p", "hasOpenAIKey": False, "hasElevenLabsKey": True, "edgeEnabled": True,
    }  # fmt: skip
    assert misfit(TtsStatus, seen) == ""
    row = {"id": "openai", "name": "OpenAI", "configured": True, "models": ["m"], "voices": ["alloy"]}
    assert misfit(TtsProviders, {"providers": [row], "active": "edge"}) == ""
    assert misfit(TtsChosen, {"provider": "somebody"})
