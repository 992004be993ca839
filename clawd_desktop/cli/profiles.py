"""The `profile` command: where the running application's processor time and memory go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import ago, print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.traces import save
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text

USUAL_S = 10.0
GRACE_S = 30.0  # for the answer itself, on top of the time that was asked for
MEGA = 1024 * 1024


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    """Take the profile. Raises GatewayError when the gateway refuses, StorageFault when --out cannot be written."""
    await _ACTIONS[arguments.action](arguments, client, console)


async def _cpu(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    length = arguments.for_s or USUAL_S
    params: JsonObject = {"seconds": length, "threads": "all" if arguments.everything else "loop"}
    params["speedscope"] = arguments.out is not None
    if not arguments.json:
        console.note(f"Watching for {length:g} s ...")
    limit = max(arguments.timeout_s or 0.0, length + GRACE_S)
    answer = as_object(await client.request("profile.cpu", params, timeout_s=limit))
    if arguments.out is not None:
        await save(answer.pop("speedscope", None), arguments, console, "Open it in https://www.speedscope.app.")
    if arguments.json:
        console.json(answer)
    else:
        console.write(as_text(answer.get("text")))


async def _memory(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    limit = max(arguments.timeout_s or 0.0, GRACE_S)
    if arguments.compare:
        answer = as_object(await client.request("profile.compare", {}, timeout_s=limit))
    else:
        answer = as_object(await client.request("profile.memory", {"trace": arguments.trace}, timeout_s=limit))
    if arguments.out is not None:
        await save(answer, arguments, console, "")
    elif arguments.json:
        console.json(answer)
    elif arguments.compare:
        _show_difference(answer, console)
    else:
        _show_memory(answer, console)


async def _stalls(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    answer = as_object(await client.request("profile.stalls"))
    if arguments.json:
        console.json(answer)
        return
    rows = [as_object(row) for row in as_list(answer.get("stalls"))]
    if not rows:
        console.line("The event loop has not stood still.")
    for row in rows:
        console.line(f"{ago(row.get('at'))}, for {as_float(row.get('seconds')):.2f} s:")
        for look in (as_object(one) for one in as_list(row.get("stacks"))):
            console.line(f"  after {as_float(look.get('after')):.2f} s, {as_text(look.get('seen'))}:")
            for position in as_list(look.get("positions")):
                console.line(f"    {as_text(position)}")


_ACTIONS: Mapping[str, Callable[[Arguments, GatewayClient, Console], Awaitable[None]]] = {
    "cpu": _cpu,
    "memory": _memory,
    "stalls": _stalls,
}


def _show_memory(answer: JsonObject, console: Console) -> None:
    process, heap = as_object(answer.get("processMemory")), as_object(answer.get("heapStatistics"))
    rows = (
        ("resident", process.get("rss")),
        ("  of it mapped from files", process.get("shared")),
        ("kept for small Python objects", heap.get("pythonArenas")),
        ("  of it in use", heap.get("pythonUsed")),
        ("large objects and native libraries", heap.get("mallocUsed")),
        ("kept by malloc and free", heap.get("mallocFree")),
    )
    print_columns(console, ("memory", "MB"), [(name, _mega(value)) for name, value in rows if value is not None])
    console.line(
        f"\n{as_int(heap.get('objects')):,} objects, counted in {as_float(answer.get('countedInMs')):.0f} ms "
        f"({as_int(heap.get('objectsSetAside')):,} more, set aside for good at the start, are not listed):"
    )
    _types(answer, console, sign="")
    _tracing(answer, console)


def _show_difference(answer: JsonObject, console: Console) -> None:
    before, after = as_int(answer.get("rssBefore")), as_int(answer.get("rssAfter"))
    console.line(
        f"In {as_float(answer.get('seconds')):.0f} s: resident {_mega(before)} to {_mega(after)} MB, "
        f"objects {as_int(answer.get('objectsBefore')):,} to {as_int(answer.get('objectsAfter')):,}"
    )
    _types(answer, console, sign="+")
    lines = [as_object(row) for row in as_list(answer.get("lines"))]
    if lines:
        console.line()
        print_columns(
            console,
            ("line", "objects", "bytes"),
            [
                (
                    f"{as_text(row.get('file'))}:{as_int(row.get('line'))}",
                    f"{as_int(row.get('count')):+,}",
                    f"{as_int(row.get('bytes')):+,}",
                )
                for row in lines
            ],
        )
    elif answer.get("traced") is not True:
        console.line("Lines were not traced: take the snapshot with profile memory --trace.")
    _tracing(answer, console)


def _types(answer: JsonObject, console: Console, *, sign: str) -> None:
    rows = [as_object(row) for row in as_list(answer.get("types"))]
    print_columns(
        console,
        ("type", "objects", "bytes"),
        [
            (
                as_text(row.get("name")),
                format(as_int(row.get("count")), f"{sign},"),
                format(as_int(row.get("bytes")), f"{sign},"),
            )
            for row in rows
        ],
    )


def _tracing(answer: JsonObject, console: Console) -> None:
    tracing = as_object(answer.get("tracing"))
    if tracing:
        console.line(f"Tracing of lines takes {_mega(tracing.get('ownBytes'))} MB itself and ends within ten minutes.")


def _mega(value: JsonValue) -> str:
    return f"{as_int(value) / MEGA:,.1f}"
