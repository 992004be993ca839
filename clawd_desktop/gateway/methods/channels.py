"""Methods about channels: how they are, who may write there, and messages out.

No channel is built yet: the list is empty and well-formed, and whatever needs one is refused in Clawdbot's words. The
senders who wait to be let in, and the allowlists, are Clawdbot's own files and are read and changed for real.
"""

from __future__ import annotations

from pydantic import Field

from clawd_desktop.channels.pairing import ChannelPairing, PairingRequest, channel_name
from clawd_desktop.core.clock import Clock
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Method, MethodError, Params, Scope
from clawd_desktop.gateway.results import channels as results

# Source: Clawdbot's channel registry, in its order.
KNOWN = ("telegram", "whatsapp", "discord", "googlechat", "slack", "signal", "imessage")
USUAL = "whatsapp"
NO_LOGIN = "web login provider is not available"


class ChannelsParams(Params):
    """`probe` asks each channel now; `timeout_ms` bounds that."""

    probe: bool = False
    timeout_ms: int = Field(default=10_000, ge=0)


class LogoutParams(Params):
    """A channel and one of its accounts."""

    channel: str = Field(min_length=1)
    account_id: str | None = None


class LoginStartParams(Params):
    """`force` begins anew although an account is linked."""

    force: bool | None = None
    timeout_ms: int | None = Field(default=None, ge=0)
    verbose: bool | None = None
    account_id: str | None = None


class LoginWaitParams(Params):
    """How long to wait, in milliseconds."""

    timeout_ms: int | None = Field(default=None, ge=0)
    account_id: str | None = None


class SendParams(Params):
    """A message to `to`; `idempotency_key` names its delivery, `session_key` the conversation that notes it."""

    to: str = Field(min_length=1)
    message: str = Field(min_length=1)
    media_url: str | None = None
    media_urls: list[str] | None = None
    gif_playback: bool | None = None
    channel: str | None = None
    account_id: str | None = None
    session_key: str | None = None
    idempotency_key: str = Field(min_length=1)


class PollParams(Params):
    """A question with 2 to 12 answers."""

    to: str = Field(min_length=1)
    question: str = Field(min_length=1)
    options: list[str] = Field(min_length=2, max_length=12)
    max_selections: int | None = Field(default=None, ge=1, le=12)
    duration_hours: int | None = Field(default=None, ge=1)
    channel: str | None = None
    account_id: str | None = None
    idempotency_key: str = Field(min_length=1)


class PairingListParams(Params):
    """A channel."""

    channel: str = Field(min_length=1)


class PairingApproveParams(PairingListParams):
    """The code that the sender was shown."""

    code: str = Field(min_length=1)


class ChannelMethods:
    """What is there, truthfully."""

    def __init__(self, pairing: ChannelPairing, clock: Clock) -> None:
        self._pairing = pairing
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        read, write, admin, pairing = Scope.READ, Scope.WRITE, Scope.ADMIN, Scope.PAIRING
        listed, approved = results.PairingRequests, results.PairingApproved
        started, waited = results.WebLoginStarted, results.WebLoginWaited
        return (
            Method("channels.status", read, ChannelsParams, self.status, result=results.ChannelsStatus),
            Method("channels.logout", admin, LogoutParams, self.logout, result=results.ChannelLoggedOut),
            Method("web.login.start", admin, LoginStartParams, self.login_start, listed=False, result=started),
            Method("web.login.wait", admin, LoginWaitParams, self.login_wait, listed=False, result=waited),
            Method("send", write, SendParams, self.send, result=results.MessageSent),
            Method("poll", admin, PollParams, self.poll, listed=False, result=results.PollSent),
            Method("pairing.list", pairing, PairingListParams, self.pairing_list, result=listed, protocol=4),
            Method("pairing.approve", pairing, PairingApproveParams, self.approve, result=approved, protocol=4),
        )

    def status(self, call: Call, params: ChannelsParams) -> results.ChannelsStatus:
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

    def logout(self, call: Call, params: LogoutParams) -> results.ChannelLoggedOut:
        """Refuses: there is no channel to log out of."""
        name = params.channel.strip().lower()
        if name not in KNOWN:
            raise _invalid("invalid channels.logout channel")
        raise _invalid(f"channel {name} does not support logout")

    def login_start(self, call: Call, params: LoginStartParams) -> results.WebLoginStarted:
        """Refuses: there is no channel that is linked by a QR code."""
        raise _invalid(NO_LOGIN)

    def login_wait(self, call: Call, params: LoginWaitParams) -> results.WebLoginWaited:
        """Refuses: there is no channel that is linked by a QR code."""
        raise _invalid(NO_LOGIN)

    def send(self, call: Call, params: SendParams) -> results.MessageSent:
        """Refuses: there is no channel to send a message on."""
        raise _invalid(f"unsupported channel: {params.channel or USUAL}")

    def poll(self, call: Call, params: PollParams) -> results.PollSent:
        """Refuses: there is no channel to hold a poll on."""
        raise _invalid(f"unsupported poll channel: {params.channel or USUAL}")

    async def pairing_list(self, call: Call, params: PairingListParams) -> results.PairingRequests:
        """Who wrote on the channel during the last hour and waits to be let in."""
        waiting = await self._pairing.waiting(params.channel)
        return {"channel": channel_name(params.channel), "requests": [_wire(request) for request in waiting]}

    async def approve(self, call: Call, params: PairingApproveParams) -> results.PairingApproved:
        """Lets the sender with this code in, whatever its case."""
        found = await self._pairing.approve(params.channel, params.code)
        return {"ok": True, "channel": channel_name(params.channel), "id": found.id}


def _wire(request: PairingRequest) -> results.PairingRequest:
    row: results.PairingRequest = {
        "id": request.id,
        "code": request.code,
        "createdAt": request.created_at,
        "lastSeenAt": request.last_seen_at,
    }
    if request.meta:
        row["meta"] = dict(request.meta)
    return row


def _invalid(reason: str) -> MethodError:
    return MethodError(ErrorCode.INVALID_REQUEST, reason)
