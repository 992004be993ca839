"""Answers `connect`: the order of its checks, their words and close codes, and who the client then is.

Source: Clawdbot 2026.1.24, observed refusals; hardened as the gate demands: no trust in loopback alone, no v1
signatures.
"""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway import device_proof
from clawd_desktop.gateway.admission import AuthMode, Granted, Locked, Offer, PairingNeeded, Peer, Proof, Unauthorized
from clawd_desktop.gateway.connect_params import (
    CONTROL_UI_IDS,
    AuthParams,
    ConnectParams,
    protocol_for,
    scope_problem,
)
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.gate import Gate, everything
from clawd_desktop.gateway.methods.table import Client, ErrorCode, MethodError, Role, checked, error_of
from clawd_desktop.gateway.pairing import Applicant
from clawd_desktop.gateway.websocket import CloseCode

_log = logging.getLogger("clawd.gateway.handshake")
_HINTS = {
    AuthMode.TOKEN: "open a tokenized dashboard URL or paste token in Control UI settings",
    AuthMode.PASSWORD: "enter the password in Control UI settings",
}


class Rejected(Exception):
    """The client is not let in: the error object that it gets, and how the socket is then closed."""

    def __init__(self, error: JsonObject, close: CloseCode = CloseCode.POLICY, reason: str | None = None) -> None:
        text = str(error["message"])
        super().__init__(text)
        self.error = error
        self.close = close
        self.reason = text if reason is None else reason


@dataclass(frozen=True, slots=True)
class Welcome:
    """The client is let in. `secret` is the digest that it showed, `device_token` what it may come back with."""

    client: Client
    secret: bytes
    device_token: str


class Handshake:
    """Judges the parameters of `connect` for the gate and records what follows from it."""

    def __init__(self, gate: Gate, devices: Devices, clock: Clock) -> None:
        self._gate = gate
        self._devices = devices
        self._clock = clock

    async def perform(self, params: JsonValue, peer: Peer, nonce: str, connection_id: str) -> Welcome:
        """Let the client in, or raise Rejected. `nonce` is what this socket's challenge said."""
        connect = _schema(params)
        protocol = protocol_for(connect.min_protocol, connect.max_protocol)
        if protocol is None:
            raise _mismatch()
        role = _role(connect)
        if problem := scope_problem(connect.scopes or ()):
            raise _refused(f"invalid connect params: {problem}")
        self._check_identity(connect, peer)
        await self._check_device(connect, nonce)
        offer = self._offer(connect, role, peer)
        granted = await self._granted(connect, offer)
        token = await self._device_token(connect, offer, granted)
        if granted.secret and not self._gate.still_valid(granted.secret):
            # It was changed while the device was recorded: whoever knew the old one is not let in after all.
            changed = Unauthorized("mismatch", self._gate.credentials.mode)
            raise _refused(unauthorized_text(changed, connect.client.mode, connect.client.id))
        client = _client(connect, offer, granted, protocol, connection_id, self._clock.wall_ms())
        return Welcome(client, granted.secret, token)

    def _check_identity(self, connect: ConnectParams, peer: Peer) -> None:
        """Who may come without a device: a program on this computer that at least shows something."""
        if connect.device is not None:
            return
        if connect.client.id in CONTROL_UI_IDS:
            raise _refused("control ui requires HTTPS or localhost (secure context)")
        shown = connect.auth is not None and (connect.auth.token or connect.auth.password)
        if not shown or peer.browser or not peer.local:
            raise _refused("device identity required", ErrorCode.NOT_PAIRED)

    async def _check_device(self, connect: ConnectParams, nonce: str) -> None:
        if connect.device is None:
            return
        # Not on the loop: the first signature loads a library, and each costs a tenth of a millisecond.
        wrong = await asyncio.to_thread(device_proof.problem, _claim(connect), nonce, self._clock.wall_ms())
        if wrong:
            raise _refused(wrong)

    def _offer(self, connect: ConnectParams, role: Role, peer: Peer) -> Offer:
        auth = connect.auth or AuthParams()
        device_id = connect.device.id if connect.device is not None else ""
        return Offer(
            peer=peer,
            role=role,
            scopes=tuple(dict.fromkeys(connect.scopes or ())),
            token=auth.token or "",
            password=auth.password or "",
            device_token=auth.device_token or auth.token or "",
            device_id=device_id,
            standing=self._devices.standing(device_id, role) if device_id else None,
        )

    async def _granted(self, connect: ConnectParams, offer: Offer) -> Granted:
        verdict = await self._gate.judge(offer)
        match verdict:
            case Granted():
                return verdict
            case Locked(seconds):
                raise _locked(seconds)
            case Unauthorized():
                raise _refused(unauthorized_text(verdict, connect.client.mode, connect.client.id))
            case PairingNeeded():
                raise await self._pairing_needed(connect, offer, verdict)

    async def _pairing_needed(self, connect: ConnectParams, offer: Offer, verdict: PairingNeeded) -> Rejected:
        try:
            scopes = offer.scopes or everything(offer.role)
            request = await self._devices.ask(_applicant(connect, offer, scopes))
        except ClawdError as error:
            return Rejected(error_of(error), reason="pairing required")
        details: JsonObject = {"requestId": request["requestId"], "reason": verdict.reason}
        failure = MethodError(ErrorCode.NOT_PAIRED, "pairing required", details=details)
        return Rejected(error_of(failure))

    async def _device_token(self, connect: ConnectParams, offer: Offer, granted: Granted) -> str:
        """The token that the device may come back with; empty without a device or when it could not be stored."""
        if not offer.device_id:
            return ""
        applicant = _applicant(connect, offer, granted.scopes)
        if granted.proof is Proof.DEVICE:
            self._devices.seen(applicant)
            return offer.device_token
        try:
            return await self._devices.enrol(applicant)
        except ClawdError as error:
            # A full disk must not lock the owner out: the secret was right.
            _log.warning("a device was let in without being recorded: %s", error)
            return ""


def unauthorized_text(verdict: Unauthorized, mode: str, client_id: str) -> str:
    """The refusal with a hint for the person at that kind of client; clients and their tests look for these words."""
    kind = verdict.kind.value
    if verdict.problem == "unset":
        return f"unauthorized: gateway {kind} not configured on gateway (set gateway.auth.{kind})"
    if mode == "cli":
        hint = f"set gateway.remote.{kind} to match gateway.auth.{kind}"
    elif mode == "webchat" or client_id in CONTROL_UI_IDS or client_id == "webchat-ui":
        hint = _HINTS[verdict.kind]
    else:
        hint = f"provide gateway auth {kind}"
    return f"unauthorized: gateway {kind} {verdict.problem} ({hint})"


def _schema(params: JsonValue) -> ConnectParams:
    try:
        return checked(ConnectParams, params, "connect")
    except MethodError as error:
        raise Rejected(error_of(error)) from error


def _role(connect: ConnectParams) -> Role:
    try:
        return Role(connect.role) if connect.role is not None else Role.OPERATOR
    except ValueError:
        raise _refused("invalid role") from None


def _claim(connect: ConnectParams) -> device_proof.DeviceClaim:
    device, auth = connect.device, connect.auth or AuthParams()
    assert device is not None
    return device_proof.DeviceClaim(
        device_id=device.id,
        public_key=device.public_key,
        signature=device.signature,
        signed_at_ms=device.signed_at,
        nonce=device.nonce or "",
        client_id=connect.client.id,
        client_mode=connect.client.mode,
        role=connect.role or Role.OPERATOR.value,
        scopes=tuple(connect.scopes or ()),
        token=auth.token or auth.device_token or "",
    )


def _applicant(connect: ConnectParams, offer: Offer, scopes: tuple[str, ...]) -> Applicant:
    return Applicant(
        device_id=offer.device_id,
        public_key=connect.device.public_key if connect.device is not None else "",
        role=offer.role,
        scopes=scopes,
        client_id=connect.client.id,
        client_mode=connect.client.mode,
        display_name=connect.client.display_name or "",
        platform=connect.client.platform,
        remote="" if offer.peer.local else offer.peer.address,
    )


def _client(
    connect: ConnectParams, offer: Offer, granted: Granted, protocol: int, connection_id: str, now_ms: int
) -> Client:
    program = connect.client
    return Client(
        connection_id=connection_id,
        client_id=program.id,
        mode=program.mode,
        version=program.version,
        platform=program.platform,
        role=offer.role,
        scopes=granted.scopes,
        remote=offer.peer.address,
        local=offer.peer.local,
        proof=granted.proof.value,
        protocol=protocol,
        connected_ms=now_ms,
        device_id=offer.device_id,
        display_name=program.display_name or "",
        device_family=program.device_family or "",
        model_identifier=program.model_identifier or "",
        instance_id=program.instance_id or "",
        locale=connect.locale or "",
        user_agent=connect.user_agent or "",
        path_env=connect.path_env or "",
        caps=tuple(connect.caps or ()),
        commands=tuple(connect.commands or ()),
        permissions=connect.permissions,
    )


def _refused(text: str, code: ErrorCode = ErrorCode.INVALID_REQUEST) -> Rejected:
    return Rejected(error_of(MethodError(code, text)))


def _mismatch() -> Rejected:
    failure = MethodError(ErrorCode.INVALID_REQUEST, "protocol mismatch", details={"expectedProtocol": 3})
    return Rejected(error_of(failure), CloseCode.PROTOCOL)


def _locked(seconds: float) -> Rejected:
    wait = math.ceil(seconds)
    text = f"unauthorized: too many failed attempts; try again in {wait} s"
    failure = MethodError(ErrorCode.INVALID_REQUEST, text, retryable=True, retry_after_ms=wait * 1000)
    return Rejected(error_of(failure))
