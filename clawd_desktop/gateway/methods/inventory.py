"""Methods that list what belongs to the gateway: channels, cron jobs, skills.

Channels, cron and skills have no members yet: the lists are empty and well-formed, and say nothing that is not so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import Field

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope


class ChannelsParams(Params):
    """`probe` asks each channel now; `timeout_ms` bounds that."""

    probe: bool = False
    timeout_ms: int = Field(default=10_000, ge=0)


class CronListParams(Params):
    """Also jobs that are switched off."""

    include_disabled: bool = False


class InventoryMethods:
    """What is there, truthfully."""

    def __init__(self, state: Path, workspace: Callable[[], Path], clock: Clock) -> None:
        self._state = state
        self._workspace = workspace
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("channels.status", Scope.READ, ChannelsParams, self.channels_status),
            Method("skills.status", Scope.READ, NoParams, self.skills_status),
            Method("cron.list", Scope.READ, CronListParams, self.cron_list),
            Method("cron.status", Scope.READ, NoParams, self.cron_status),
        )

    def channels_status(self, call: Call, params: ChannelsParams) -> JsonObject:
        """Every channel and its accounts."""
        return {
            "ts": self._clock.wall_ms(),
            "channelOrder": [],
            "channelLabels": {},
            "channelDetailLabels": {},
            "channelSystemImages": {},
            "channelMeta": [],
            "channels": {},
            "channelAccounts": {},
            "channelDefaultAccountId": {},
        }

    def skills_status(self, call: Call, params: NoParams) -> JsonObject:
        """Every skill and whether it can be used."""
        return {
            "workspaceDir": str(self._workspace()),
            "managedSkillsDir": str(self._state / "skills"),
            "skills": [],
        }

    def cron_list(self, call: Call, params: CronListParams) -> JsonObject:
        """Jobs by their next run."""
        return {"jobs": []}

    def cron_status(self, call: Call, params: NoParams) -> JsonObject:
        """Whether jobs run and when the next one does."""
        store = str(self._state / "cron" / "jobs.json")
        return {"enabled": False, "storePath": store, "jobs": 0, "nextWakeAtMs": None}
