"""Methods that list what belongs to the gateway: devices, nodes, channels, cron jobs, skills.

Channels, cron and skills have no members yet: the lists are empty and well-formed, and say nothing that is not so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import Field

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope, covered


class ChannelsParams(Params):
    """`probe` asks each channel now; `timeout_ms` bounds that."""

    probe: bool = False
    timeout_ms: int = Field(default=10_000, ge=0)


class CronListParams(Params):
    """Also jobs that are switched off."""

    include_disabled: bool = False


class RequestParams(Params):
    """A waiting pairing request."""

    request_id: str = Field(min_length=1)


class TokenParams(Params):
    """The tokens of one device in one role."""

    device_id: str = Field(min_length=1)
    role: str = Field(min_length=1)


class RotateParams(TokenParams):
    """`scopes` of the new token; those of the device when absent."""

    scopes: list[str] | None = None


class InventoryMethods:
    """What is there, truthfully."""

    def __init__(self, devices: Devices, state: Path, workspace: Callable[[], Path], clock: Clock) -> None:
        self._devices = devices
        self._state = state
        self._workspace = workspace
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("channels.status", Scope.READ, ChannelsParams, self.channels_status),
            Method("skills.status", Scope.READ, NoParams, self.skills_status),
            Method("device.pair.list", Scope.PAIRING, NoParams, self.device_pair_list),
            Method("device.pair.approve", Scope.PAIRING, RequestParams, self.device_pair_approve),
            Method("device.pair.reject", Scope.PAIRING, RequestParams, self.device_pair_reject),
            Method("device.token.rotate", Scope.PAIRING, RotateParams, self.device_token_rotate),
            Method("device.token.revoke", Scope.PAIRING, TokenParams, self.device_token_revoke),
            Method("node.list", Scope.READ, NoParams, self.node_list),
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

    def device_pair_list(self, call: Call, params: NoParams) -> JsonObject:
        """Who asks to be paired and who is; no token is shown."""
        return self._devices.listing()

    async def device_pair_approve(self, call: Call, params: RequestParams) -> JsonObject:
        """Lets a device in; never with more than the approver holds."""
        return await self._devices.approve(params.request_id, covered(call.client.scopes))

    async def device_pair_reject(self, call: Call, params: RequestParams) -> JsonObject:
        """Turns a device away."""
        return await self._devices.reject(params.request_id)

    async def device_token_rotate(self, call: Call, params: RotateParams) -> JsonObject:
        """A new token for a device; sockets of the old one close."""
        scopes = tuple(params.scopes) if params.scopes is not None else None
        return await self._devices.rotate(params.device_id, params.role, scopes, covered(call.client.scopes))

    async def device_token_revoke(self, call: Call, params: TokenParams) -> JsonObject:
        """Kills the tokens of a device; their sockets close."""
        return await self._devices.revoke(params.device_id, params.role)

    def node_list(self, call: Call, params: NoParams) -> JsonObject:
        """Machines that lend their abilities."""
        return {"ts": self._clock.wall_ms(), "nodes": list(self._devices.nodes())}

    def cron_list(self, call: Call, params: CronListParams) -> JsonObject:
        """Jobs by their next run."""
        return {"jobs": []}

    def cron_status(self, call: Call, params: NoParams) -> JsonObject:
        """Whether jobs run and when the next one does."""
        store = str(self._state / "cron" / "jobs.json")
        return {"enabled": False, "storePath": store, "jobs": 0, "nextWakeAtMs": None}
