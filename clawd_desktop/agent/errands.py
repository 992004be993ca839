"""Answers messages from outside, such as those of hooks: in their own sessions, without the owner's authority."""

from __future__ import annotations

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.runs import HOOK, RunState, Submission
from clawd_desktop.core.ports import Errand, ErrandEnd, Errands

LONGEST_S = 86_400.0


class AssistantErrands(Errands):
    """Fulfils `core.ports.Errands` with the assistant of this process."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def start(self, errand: Errand) -> None:
        """Store the message durably and start answering it. Raises ClawdError."""
        submission = Submission(
            errand.session_key,
            errand.text,
            errand.run_id,
            kind="agent",
            thinking=errand.thinking,
            timeout_s=errand.timeout_s,
            model=errand.model,
            origin=HOOK,
            title=errand.title,
            commands=False,
        )
        await self._assistant.submit(submission)

    async def end(self, run_id: str) -> ErrandEnd:
        """Wait until the run has ended."""
        outcome = await self._assistant.wait(run_id, LONGEST_S)
        if outcome is None:
            return ErrandEnd(False, "the run did not end in time")
        if outcome.state is RunState.OK:
            return ErrandEnd(True, outcome.message.text.strip() if outcome.message is not None else "")
        return ErrandEnd(False, outcome.sentence or f"stopped: {outcome.code}")
