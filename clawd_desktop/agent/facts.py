"""What tools learn of the assistant."""

from __future__ import annotations

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.command_desk import ModelNames
from clawd_desktop.core.ports import AssistantFacts


class OwnFacts(AssistantFacts):
    """Fulfils `core.ports.AssistantFacts` in this process."""

    def __init__(self, assistant: Assistant, names: ModelNames) -> None:
        self._assistant = assistant
        self._names = names

    def canonical(self, session_key: str) -> str:
        """The one name of a session. Raises BadInput for an impossible one."""
        return self._assistant.canonical(session_key)

    def answering(self, session_key: str) -> int:
        """How many answers of the session are being written or wait."""
        return len(self._assistant.running(session_key))

    def default_model(self) -> str:
        """The model that answers when a session chose none, as "provider/model"."""
        return self._names.default()

    def check_model(self, name: str) -> str:
        """The full "provider/model" of a name or alias. Raises ClawdError when it cannot be chosen."""
        return self._names.check(name)
