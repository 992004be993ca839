"""The `audit` command: who did what, the newest last."""

from __future__ import annotations

import time

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text

USUAL = 50
_PAGE = 1_000
_LONGEST = 60


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    """Print the newest entries. Raises GatewayError when the gateway refuses."""
    rows = await _newest(client, arguments.limit or USUAL)
    if arguments.json:
        entries: list[JsonValue] = [*rows]
        console.json({"entries": entries})
    elif not rows:
        console.line("Nothing has been written down yet.")
    else:
        print_columns(console, ("when", "who", "what", "of what", "result"), [_columns(row) for row in rows])


async def _newest(client: GatewayClient, limit: int) -> list[JsonObject]:
    """The rows, the oldest first."""
    found: list[JsonObject] = []
    before: JsonValue = None
    while len(found) < limit:
        asked: JsonObject = {"limit": min(_PAGE, limit - len(found))}
        answer = as_object(await client.request("audit.list", asked if before is None else {**asked, "before": before}))
        found += [as_object(row) for row in as_list(answer.get("entries"))]
        before = answer.get("before")
        if before is None:
            break
    return found[::-1]


def _short(text: str) -> str:
    """So much that the table stays readable; with --json all of it is there."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _columns(row: JsonObject) -> tuple[str, ...]:
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(as_int(row.get("ts")) / 1000))
    detail = as_text(row.get("detail"))
    result = "ok" if row.get("ok") is True else "refused"
    return (
        moment,
        as_text(row.get("actor")),
        as_text(row.get("act")),
        _short(as_text(row.get("subject"))),
        f"{result} ({detail})" if detail else result,
    )
