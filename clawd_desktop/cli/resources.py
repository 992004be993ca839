"""The `resources` command: what there is room for, what the cache does, and limits that fit this computer."""

from __future__ import annotations

import json

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.status import duration
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text

_GIB, _MIB = 2**30, 2**20


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    """Show the resources, or suggest limits and apply them. Raises GatewayError when the gateway refuses."""
    if arguments.action == "suggest":
        await _suggest(arguments, client, console)
        return
    found = as_object(await client.request("resources.get"))
    cache = as_object(await client.request("cache.stats"))
    if arguments.json:
        console.json({**found, "cache": cache})
        return
    _show_system(found, console)
    _show_kinds(found, console)
    _show_cache(cache, console)


def _show_system(found: JsonObject, console: Console) -> None:
    limits = as_object(found.get("limits"))
    system = as_object(found.get("system"))
    if not system:
        console.line(f"This computer cannot be measured ({as_text(found.get('fault'))}): only places are counted.")
        return
    limit = as_int(limits.get("memoryLimit"))
    rows = [
        ("Clawd Desktop uses", _size(system.get("memoryUsage")), f"limit {_size(limit)}" if limit else "no limit"),
        ("free memory", f"{_size(system.get('memoryAvailable'))} of {_size(system.get('memoryTotal'))}",
         f"{_size(limits.get('reserveMemory'))} stay free"),
        ("CPU", _share(system.get("cpuUsage")), f"{as_float(system.get('cores')):g} cores"),
        ("free disk", _size(system.get("diskFree")), f"{_size(limits.get('reserveDisk'))} stay free"),
        ("connections", str(as_int(system.get("activeConnections"))), ""),
    ]  # fmt: skip
    where = "this container" if system.get("contained") else "this computer"
    print_columns(console, (where, "now", "limit"), rows)


def _show_kinds(found: JsonObject, console: Console) -> None:
    console.line("")
    rows = [as_object(row) for row in as_list(found.get("kinds"))]
    print_columns(console, ("kind", "in use", "at most", "waiting", "for", "why"), [
        (
            as_text(row.get("title")) + ("" if row.get("built") else " (not built yet)"),
            str(as_int(row.get("used"))),
            str(row["ceiling"]) if "ceiling" in row else "-",
            str(as_int(row.get("waiting"))),
            duration(as_int(row.get("waitedMs")) / 1000) if row.get("waiting") else "",
            as_text(row.get("reason")),
        )
        for row in rows
    ])  # fmt: skip


def _show_cache(cache: JsonObject, console: Console) -> None:
    console.line("")
    rows = [as_object(row) for row in as_list(cache.get("namespaces"))]
    print_columns(console, ("cache", "hits", "from disk", "misses", "entries", "bytes", "evicted", "kept"), [
        (
            as_text(row.get("namespace")),
            str(as_int(row.get("hitsMemory")) + as_int(row.get("joined"))),
            str(as_int(row.get("hitsDisk"))),
            str(as_int(row.get("misses"))),
            str(as_int(row.get("entries"))),
            _size(row.get("bytes")),
            str(as_int(row.get("evictions"))),
            duration(as_int(row.get("ttlMs")) / 1000),
        )
        for row in rows
    ])  # fmt: skip
    console.line(
        f"In memory {_size(cache.get('memoryBytes'))} of {_size(cache.get('memoryLimit'))}, "
        f"on the disk {_size(cache.get('diskBytes'))} of {_size(cache.get('diskLimit'))}."
    )


async def _suggest(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    found = as_object(await client.request("resources.suggest", {"production": arguments.production}))
    if arguments.json:
        console.json(found)
    else:
        machine = as_object(found.get("machine"))
        console.line(
            f"For {as_float(machine.get('cores')):g} cores and {_size(machine.get('memory'))} as a "
            f"{as_text(found.get('preset'))}:"
        )
        rows = [as_object(row) for row in as_list(found.get("settings"))]
        print_columns(console, ("setting", "now", "suggested", "why"), [
            (as_text(row.get("path")), _value(row.get("current")), _value(row.get("value")), as_text(row.get("why")))
            for row in rows
        ])  # fmt: skip
    if arguments.apply:
        snapshot = as_object(await client.request("config.get"))
        change: JsonObject = {"raw": json.dumps(found.get("patch")), "note": "resources suggest --apply"}
        if as_text(snapshot.get("hash")) and snapshot.get("exists"):
            change["baseHash"] = snapshot["hash"]
        await client.request("config.patch", change)
        console.note("Applied; clawd-desktop resources shows what counts now.")


def _value(value: JsonValue) -> str:
    return f"{value:g}" if isinstance(value, float) else json.dumps(value)


def _share(value: JsonValue) -> str:
    return f"{as_float(value) * 100:.0f} %" if value is not None else "not known yet"


def _size(value: JsonValue) -> str:
    number = as_int(value)
    if number >= _GIB:
        return f"{number / _GIB:.1f} GiB"
    return f"{number / _MIB:.1f} MiB" if number >= _MIB else f"{number / 1024:.1f} KiB"
