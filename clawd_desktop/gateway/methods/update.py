"""The method that updates the program, which says that it cannot."""

from __future__ import annotations

from pydantic import Field

from clawd_desktop.core.clock import Clock
from clawd_desktop.gateway.methods.table import Call, Method, Params, Scope
from clawd_desktop.gateway.results.setup import UpdateResult, UpdateRun

REASON = "Clawd Desktop does not update itself yet; install a newer release in the way this one was installed."


class UpdateParams(Params):
    """A note for the conversation, and times in milliseconds."""

    session_key: str | None = None
    note: str | None = None
    restart_delay_ms: int | None = Field(default=None, ge=0)
    timeout_ms: int | None = Field(default=None, ge=1)


class UpdateMethods:
    """What an update comes to: nothing was changed."""

    def __init__(self, version: str, clock: Clock) -> None:
        self._version = version
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (Method("update.run", Scope.ADMIN, UpdateParams, self.run, result=UpdateRun),)

    def run(self, call: Call, params: UpdateParams) -> UpdateRun:
        """Changes nothing, and says why and which version is installed."""
        result: UpdateResult = {
            "status": "skipped",
            "mode": "unknown",
            "before": {"version": self._version},
            "reason": REASON,
            "steps": [],
            "durationMs": 0,
        }
        return {
            "ok": True,
            "result": result,
            "restart": None,
            "sentinel": {
                "path": None,
                "payload": {
                    "kind": "update",
                    "status": "skipped",
                    "ts": self._clock.wall_ms(),
                    "message": (params.note or "").strip() or None,
                    "stats": {
                        "mode": "unknown",
                        "before": {"version": self._version},
                        "reason": REASON,
                        "steps": [],
                        "durationMs": 0,
                    },
                },
            },
        }
