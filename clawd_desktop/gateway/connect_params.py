"""The parameters of `connect`, the first and only request of a client that has not shown who it is.

Source: Clawdbot protocol 3, connect schema; client ids of its three brands are understood alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from clawd_desktop.gateway.methods.table import Params, Scope

PROTOCOLS = (3, 4)
CONTROL_UI_IDS = frozenset({"clawdbot-control-ui", "moltbot-control-ui", "openclaw-control-ui"})
Text = Annotated[str, Field(max_length=1024)]
Name = Annotated[str, Field(min_length=1, max_length=256)]
Names = Annotated[list[Name], Field(max_length=256)]
ClientId = Literal[
    "webchat-ui", "webchat", "cli", "gateway-client", "node-host", "test", "fingerprint",
    "clawdbot-control-ui", "clawdbot-macos", "clawdbot-ios", "clawdbot-android", "clawdbot-probe",
    "moltbot-control-ui", "moltbot-macos", "moltbot-ios", "moltbot-android", "moltbot-probe",
    "openclaw-control-ui", "openclaw-macos", "openclaw-ios", "openclaw-android", "openclaw-probe",
]  # fmt: skip


class ClientParams(Params):
    """What program connects, in its own words."""

    id: ClientId
    version: Name
    platform: Name
    mode: Literal["webchat", "cli", "ui", "backend", "node", "probe", "test"]
    display_name: Name | None = None
    device_family: Name | None = None
    model_identifier: Name | None = None
    instance_id: Name | None = None


class AuthParams(Params):
    """The shared secret or a device token."""

    token: str | None = Field(default=None, max_length=4096)
    password: str | None = Field(default=None, max_length=4096)
    device_token: str | None = Field(default=None, max_length=4096)


class DeviceParams(Params):
    """Which device it is, and the proof."""

    id: Name
    public_key: Name
    signature: Name
    signed_at: int = Field(ge=0)
    nonce: Text | None = None


class ConnectParams(Params):
    """All parameters of `connect`. The protocol numbers are judged by `protocol_for`, not by the schema."""

    min_protocol: JsonValue
    max_protocol: JsonValue
    client: ClientParams
    role: Text | None = None
    scopes: Names | None = None
    caps: Names | None = None
    commands: Names | None = None
    permissions: Annotated[dict[str, bool], Field(max_length=256)] | None = None
    path_env: Annotated[str, Field(max_length=16_384)] | None = None
    auth: AuthParams | None = None
    locale: Text | None = None
    user_agent: Text | None = None
    device: DeviceParams | None = None


def protocol_for(lowest: JsonValue, highest: JsonValue) -> int | None:
    """The highest protocol that both sides speak, None when there is none or the numbers are none."""
    if type(lowest) is not int or type(highest) is not int or lowest < 1:
        return None
    return max((protocol for protocol in PROTOCOLS if lowest <= protocol <= highest), default=None)


def scope_problem(scopes: Iterable[str]) -> str:
    """What is wrong with the scopes that a client asks for, "" when all exist (`Scope` is the list of them).

    Clawdbot takes any text. But scopes are joined with "," and "|" in the text that a device signs, so that a made-up
    one could read like another request; and a misspelt one would be a right that nobody ever checks.
    """
    known = ", ".join(Scope)
    wrong = [(number, scope) for number, scope in enumerate(scopes) if scope not in list(Scope)]
    return "; ".join(
        f"at /scopes/{number}: unknown scope {scope[:80]!a}, known are {known}" for number, scope in wrong[:3]
    )
