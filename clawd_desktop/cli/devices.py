"""The `devices` command: who waits, who may come back, and the decisions about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import SHORT_ID, ago, name_of, print_columns, words
from clawd_desktop.cli.console import Console
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text

SHORTEST_PREFIX = 6
_SEE = "See: clawd-desktop devices list"


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    """Do the action. Raises GatewayError when the gateway refuses, BadInput or NotFound when it is not clear whom."""
    answer, say = await _ACTIONS[arguments.action](arguments, client)
    if arguments.json:
        console.json(answer)
    else:
        say(console)


Say = Callable[[Console], None]


async def _list(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say]:
    listed = await _listed(client)
    return listed, lambda console: show(listed, console)


async def _approve(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say]:
    request_id = arguments.target or _only_one(await _listed(client))
    answer = as_object(await client.request("device.pair.approve", {"requestId": request_id}))
    device = as_object(answer.get("device"))
    return answer, _sentence(f"Approved {_called(device)}.")


async def _reject(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say]:
    answer = as_object(await client.request("device.pair.reject", {"requestId": arguments.target}))
    return answer, _sentence(f"Rejected device {as_text(answer.get('deviceId'))[:SHORT_ID]}.")


async def _rotate(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say]:
    params = await _whose(arguments, client)
    if arguments.scopes is not None:
        params["scopes"] = list(arguments.scopes)
    answer = as_object(await client.request("device.token.rotate", params))

    def say(console: Console) -> None:
        console.note(f"The old tokens are dead. The new one may do: {words(answer.get('scopes')) or 'nothing yet'}.")
        console.note("It is shown only now:")
        console.line(as_text(answer.get("token")))

    return answer, say


async def _revoke(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say]:
    params = await _whose(arguments, client)
    answer = await client.request("device.token.revoke", params)
    return answer, _sentence(
        f"Revoked: device {as_text(params['deviceId'])[:SHORT_ID]} is signed out as {params['role']}."
    )


_ACTIONS: Mapping[str, Callable[[Arguments, GatewayClient], Awaitable[tuple[JsonValue, Say]]]] = {
    "list": _list,
    "approve": _approve,
    "reject": _reject,
    "rotate": _rotate,
    "revoke": _revoke,
}


def show(listed: JsonObject, console: Console) -> None:
    """Both lists, what waits first."""
    waiting = [as_object(row) for row in as_list(listed.get("pending"))]
    paired = [as_object(row) for row in as_list(listed.get("paired"))]
    if waiting:
        console.line("Waiting for you:")
        print_columns(console, ("request", "device", "name", "role", "scopes", "from", "asked"), [
            (
                as_text(row.get("requestId")), as_text(row.get("deviceId"))[:SHORT_ID], name_of(row),
                as_text(row.get("role")), words(row.get("scopes")), as_text(row.get("remoteIp")) or "this computer",
                ago(row.get("ts")),
            )
            for row in waiting
        ])  # fmt: skip
        console.line()
    if not paired:
        console.line("No device is paired." if waiting else "No device is paired or waits.")
        return
    rows = [(row, token) for row in paired for token in [as_object(one) for one in as_list(row.get("tokens"))] or [{}]]
    print_columns(console, ("device", "name", "role", "scopes", "last used", "state"), [
        (
            as_text(row.get("deviceId"))[:SHORT_ID], name_of(row),
            as_text(token.get("role")) or words(row.get("roles")), words(token.get("scopes", row.get("scopes"))),
            ago(token.get("lastUsedAtMs")), _state(row, token),
        )
        for row, token in rows
    ])  # fmt: skip


_ENDED = {"secret-changed": "signed out: the password was changed", "signed-out": "signed out"}


def _state(row: JsonObject, token: JsonObject) -> str:
    if not token:
        return "approved, not here yet"
    if token.get("revokedAtMs") is not None:
        return _ENDED.get(as_text(token.get("revokedBecause")), "revoked")
    if token.get("silent") is True:
        return "by the password alone"
    return "approved" if as_text(token.get("role")) in as_object(row.get("approvedScopes")) else "paired"


async def _listed(client: GatewayClient) -> JsonObject:
    return as_object(await client.request("device.pair.list"))


def _only_one(listed: JsonObject) -> str:
    """The id of the only request. Raises NotFound or BadInput when it is not one."""
    waiting = [as_object(row) for row in as_list(listed.get("pending"))]
    if not waiting:
        raise NotFound("No device waits to be approved.", hint="A request lives for five minutes.")
    if len(waiting) > 1:
        names = ", ".join(f"{as_text(row.get('requestId'))} ({_called(row)})" for row in waiting)
        raise BadInput(f"{len(waiting)} devices wait: {names}.", hint="Name one: devices approve REQUEST_ID")
    return as_text(waiting[0].get("requestId"))


async def _whose(arguments: Arguments, client: GatewayClient) -> JsonObject:
    """The device and role that were meant. Raises NotFound or BadInput when that is not clear."""
    paired = [as_object(row) for row in as_list((await _listed(client)).get("paired"))]
    meant = [row for row in paired if as_text(row.get("deviceId")) == arguments.target]
    if not meant and len(arguments.target) >= SHORTEST_PREFIX:
        meant = [row for row in paired if as_text(row.get("deviceId")).startswith(arguments.target)]
    if not meant:
        raise NotFound(f"There is no paired device {arguments.target!r}.", hint=_SEE)
    if len(meant) > 1:
        raise BadInput(f"Several devices begin with {arguments.target!r}.", hint="Type more of the id.")
    roles = [as_text(role) for role in as_list(meant[0].get("roles"))]
    if not arguments.role and len(roles) != 1:
        raise BadInput(f"The device has several roles: {', '.join(roles)}.", hint="Name one with --role.")
    return {"deviceId": as_text(meant[0].get("deviceId")), "role": arguments.role or roles[0]}


def _called(record: JsonObject) -> str:
    return f"{name_of(record) or 'device'} {as_text(record.get('deviceId'))[:SHORT_ID]}"


def _sentence(text: str) -> Say:
    return lambda console: console.line(text)
