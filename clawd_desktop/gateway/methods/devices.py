"""Methods that pair, list, rotate and revoke devices; no token is shown but the one that was just made."""

from __future__ import annotations

from typing import cast

from pydantic import Field

from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope, covered
from clawd_desktop.gateway.pairing import SIGNED_OUT
from clawd_desktop.gateway.results.devices import (
    DeviceApproved,
    DeviceList,
    DeviceRejected,
    TokenRevoked,
    TokenRotated,
)


class RequestParams(Params):
    """A waiting pairing request."""

    request_id: str = Field(min_length=1)


class TokenParams(Params):
    """The tokens of one device in one role."""

    device_id: str = Field(min_length=1)
    role: str = Field(min_length=1)


class RotateParams(TokenParams):
    """`scopes` of the new token; those of the last one when absent."""

    scopes: list[str] | None = None


class DeviceMethods:
    """Who may come back without the shared secret."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        pairing = Scope.PAIRING
        return (
            Method("device.pair.list", pairing, NoParams, self.device_pair_list, result=DeviceList),
            Method("device.pair.approve", pairing, RequestParams, self.device_pair_approve, result=DeviceApproved),
            Method("device.pair.reject", pairing, RequestParams, self.device_pair_reject, result=DeviceRejected),
            Method("device.token.rotate", pairing, RotateParams, self.device_token_rotate, result=TokenRotated),
            Method("device.token.revoke", pairing, TokenParams, self.device_token_revoke, result=TokenRevoked),
        )

    def device_pair_list(self, call: Call, params: NoParams) -> DeviceList:
        """Who asks to be paired and who is; no token is shown."""
        return cast(DeviceList, self._devices.listing())

    async def device_pair_approve(self, call: Call, params: RequestParams) -> DeviceApproved:
        """Lets a device in; never with more than the approver holds."""
        return cast(DeviceApproved, await self._devices.approve(params.request_id, covered(call.client.scopes)))

    async def device_pair_reject(self, call: Call, params: RequestParams) -> DeviceRejected:
        """Turns a device away."""
        return cast(DeviceRejected, await self._devices.reject(params.request_id))

    async def device_token_rotate(self, call: Call, params: RotateParams) -> TokenRotated:
        """A new token for a device; sockets of the old one close."""
        scopes = tuple(params.scopes) if params.scopes is not None else None
        held = covered(call.client.scopes)
        return cast(TokenRotated, await self._devices.rotate(params.device_id, params.role, scopes, held))

    async def device_token_revoke(self, call: Call, params: TokenParams) -> TokenRevoked:
        """Kills the tokens of a device; their sockets close. Unless it signs itself out it must be approved anew."""
        because = SIGNED_OUT if params.device_id == call.client.device_id else ""
        return cast(TokenRevoked, await self._devices.revoke(params.device_id, params.role, because))
