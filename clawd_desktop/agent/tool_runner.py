"""Runs the tools a model asked for; a tool that fails, hangs or does not exist becomes a result the model can read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Message, ToolCall, ToolSpec, tool_result

_log = logging.getLogger("clawd.tools")
TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What a tool gave back."""

    text: str
    is_error: bool = False


class Tool(Protocol):
    """Something a model may ask for."""

    spec: ToolSpec

    async def run(self, call: ToolCall, session_key: str) -> ToolOutcome:
        """Do it. Raises ClawdError when it could not be done."""


class ToolRunner:
    """The tools of one assistant, by name."""

    def __init__(self, tools: Mapping[str, Tool], clock: Clock, *, timeout_s: float = TIMEOUT_S) -> None:
        self._tools = tools
        self._clock = clock
        self._timeout_s = timeout_s

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told, in a stable order so that providers can cache the prompt."""
        return tuple(self._tools[name].spec for name in sorted(self._tools))

    async def run(self, call: ToolCall, session_key: str) -> Message:
        """The result of one call as a message; never raises but for cancellation."""
        outcome = await self._outcome(call, session_key)
        return tool_result(call, outcome.text, now_ms=self._clock.wall_ms(), is_error=outcome.is_error)

    async def _outcome(self, call: ToolCall, session_key: str) -> ToolOutcome:
        tool = self._tools.get(call.name)
        if tool is None:
            return ToolOutcome(f"There is no tool named {call.name}. Answer without it.", is_error=True)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await tool.run(call, session_key)
        except TimeoutError:
            return ToolOutcome(f"{call.name} did not end within {self._timeout_s:.0f} s.", is_error=True)
        except ClawdError as error:
            return ToolOutcome(error.sentence(), is_error=True)
        except Exception as error:
            _log.exception("tool %s failed", call.name)
            return ToolOutcome(f"{call.name} failed: {type(error).__name__}.", is_error=True)
