"""The `services` command: how the parts of the running application stand, and starting one again."""

from __future__ import annotations

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import ago, print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.core.values import JsonObject, as_int, as_list, as_object, as_text

RESTART_S = 40.0


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    """List the services, or start one again. Raises GatewayError when the gateway refuses or it failed."""
    if arguments.action == "restart":
        limit = arguments.timeout_s or RESTART_S
        row = as_object(await client.request("services.restart", {"name": arguments.target}, timeout_s=limit))
        if arguments.json:
            console.json(row)
        else:
            console.line(f"{as_text(row.get('title'))} was started again.")
        return
    listed = as_object(await client.request("services.list"))
    if arguments.json:
        console.json(listed)
        return
    rows = [as_object(row) for row in as_list(listed.get("services"))]
    print_columns(
        console, ("service", "state", "since", "restarts", "what is or was wrong"), [_cells(row) for row in rows]
    )
    if listed.get("selfRepair") is False:
        console.line("Self-repair is switched off (monitoring.repair.enabled).")


def _cells(row: JsonObject) -> tuple[str, ...]:
    fault = as_text(row.get("fault"))
    return (
        as_text(row.get("name")),
        as_text(row.get("state")),
        ago(row.get("sinceMs")),
        str(as_int(row.get("restarts"))),
        f"{fault} ({ago(row.get('faultMs'))})" if fault else "",
    )
