"""Methods that pair, list, rotate and revoke devices; no token is shown but the one that was just made."""

from __future__ import annotations

from pydantic import Field

from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope, covered


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


class DeviceMethods:
    """Who may come back without the shared secret."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("device.pair.list", Scope.PAIRING, NoParams, self.device_pair_list),
            Method("device.pair.approve", Scope.PAIRING, RequestParams, self.device_pair_approve),
            Method("device.pair.reject", Scope.PAIRING, RequestParams, self.device_pair_reject),
            Method("device.token.rotate", Scope.PAIRING, RotateParams, self.device_token_rotate),
            Method("device.token.revoke", Scope.PAIRING, TokenParams, self.device_token_revoke),
        )

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
