"""Gathers what the system prompt is made from: the template, the assistant's name and the owner's workspace files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from clawd_desktop.agent.prompt import FILE_LIMIT, SMALL_WINDOW, WORKSPACE_FILES, PromptFacts, Section, sections
from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.safeio import read_file


class Briefing:
    """Makes system prompts from the current configuration and workspace."""

    def __init__(
        self, template: str, config: Callable[[], Config], workspace: Callable[[], Path], clock: Clock
    ) -> None:
        self._template = template
        self._config = config
        self._workspace = workspace
        self._clock = clock

    async def sections(self, context_window: int, extra: str) -> tuple[Section, ...]:
        """The parts of the system prompt for a model with `context_window` tokens; `extra` comes last."""
        files = await asyncio.to_thread(self._files) if context_window >= SMALL_WINDOW else ()
        facts = PromptFacts(
            assistant_name=self._config().ui.assistant.name or "Clawd",
            today=datetime.fromtimestamp(self._clock.wall_ms() / 1000).strftime("%A, %d %B %Y"),
            files=files,
            extra=extra,
        )
        return sections(self._template, facts, context_window)

    def _files(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, text) for name in WORKSPACE_FILES if (text := self._read(self._workspace() / name)))

    @staticmethod
    def _read(path: Path) -> str:
        try:
            return read_file(path, limit=FILE_LIMIT * 8).decode("utf-8", "replace")
        except ClawdError:
            # A workspace file is advice: one that is absent or cannot be read never stops an answer.
            return ""
