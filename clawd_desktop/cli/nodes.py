"""The `nodes` command: which machines lend their abilities, what they can do, and asking them for something."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import SHORT_ID, ago, name_of, print_columns, words
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import GatewayError, TimedOut
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.values import JsonObject, as_list, as_object, as_text

SHORTEST_PREFIX = 6
INVOKE_S = 30.0
GRACE_S = 2.0


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    """Do the action. Raises GatewayError when the gateway refuses, BadInput or NotFound when it is not clear whom."""
    await _ACTIONS[arguments.action](arguments, client, console)


async def _list(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    listed = as_object(await client.request("node.list"))
    if arguments.json:
        console.json(listed)
        return
    nodes = [as_object(row) for row in as_list(listed.get("nodes"))]
    if not nodes:
        console.line("There are no nodes.")
        return
    print_columns(console, ("node", "name", "platform", "abilities", "from", "state"), [
        (
            as_text(row.get("nodeId"))[:SHORT_ID], name_of(row), as_text(row.get("platform")), words(row.get("caps")),
            as_text(row.get("remoteIp")), _state(row),
        )
        for row in nodes
    ])  # fmt: skip


async def _describe(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    node = as_object(await client.request("node.describe", {"nodeId": await _id(arguments.target, client)}))
    if arguments.json:
        console.json(node)
        return
    shown = {key: node[key] for key in ("nodeId", "displayName", "platform", "version", "remoteIp") if node.get(key)}
    rows = [(key, as_text(value)) for key, value in shown.items()]
    rows += [(key, words(node.get(key))) for key in ("caps", "commands")]
    rows.append(("state", _state(node)))
    print_columns(console, ("what", "value"), rows)


async def _invoke(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    limit = arguments.timeout_s or INVOKE_S
    params: JsonObject = {
        "nodeId": await _id(arguments.target, client),
        "command": arguments.method,
        "params": arguments.params or {},
        "timeoutMs": round(limit * 1000),
        "idempotencyKey": str(uuid.uuid4()),
    }
    try:
        answer = as_object(await client.request("node.invoke", params, timeout_s=limit + GRACE_S))
    except GatewayError as error:
        details = as_object(error.details)
        if as_object(details.get("nodeError")).get("code") == "TIMEOUT":
            raise TimedOut(f"The node did not answer within {limit:g} s.", hint="Try a longer --timeout.") from error
        error.hint = as_text(details.get("reason"))
        raise
    console.json(answer if arguments.json else answer.get("payload"))


_ACTIONS: Mapping[str, Callable[[Arguments, GatewayClient, Console], Awaitable[None]]] = {
    "list": _list,
    "describe": _describe,
    "invoke": _invoke,
}


def _state(node: JsonObject) -> str:
    return f"connected {ago(node.get('connectedAtMs'))}" if node.get("connected") else "away"


async def _id(meant: str, client: GatewayClient) -> str:
    """The id of the node with this name, id or beginning of an id. Raises NotFound or BadInput when it is not one."""
    nodes = [as_object(row) for row in as_list(as_object(await client.request("node.list")).get("nodes"))]
    ids = [as_text(row.get("nodeId")) for row in nodes]
    if meant in ids:
        return meant
    named = [as_text(row.get("nodeId")) for row in nodes if name_of(row).lower() == meant.lower()]
    begun = [node_id for node_id in ids if len(meant) >= SHORTEST_PREFIX and node_id.startswith(meant)]
    found = named or begun
    if not found:
        known = ", ".join(name_of(row) or as_text(row.get("nodeId"))[:SHORT_ID] for row in nodes)
        raise NotFound(f"There is no node {meant!r}.", hint=f"There are: {known}" if known else "No node is paired.")
    if len(found) > 1:
        raise BadInput(f"{meant!r} means several nodes.", hint="Name one by its id.")
    return found[0]
