"""The `trace` and `inspect` commands: how runs went, and what a conversation consists of."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import orjson

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import ago, print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.core.safeio import write_file
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text

BAR = 40
LONGEST_NAME = 36


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> Exit | None:
    """Do the action. Raises GatewayError when the gateway refuses. A replay that differs is Exit.FAILED."""
    return await _ACTIONS[arguments.action or "list"](arguments, client, console)


async def _list(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    answer = as_object(await client.request("traces.list"))
    if arguments.json:
        console.json(answer)
        return
    rows = [as_object(row) for row in as_list(answer.get("traces"))]
    if rows:
        print_columns(console, _HEAD, [_cells(row) for row in rows])
    else:
        console.line("No run is kept yet.")
    if answer.get("enabled") is False:
        console.line("Tracing is switched off (diagnostics.tracing.enabled).")


_HEAD = ("run", "session", "when", "state", "total", "first word", "model", "tools", "tokens", "cost")


def _cells(row: JsonObject) -> tuple[str, ...]:
    took = as_object(row.get("performance"))
    used = as_object(took.get("tokenUsage"))
    cost = as_float(used.get("cost"))
    return (
        as_text(row.get("runId")),
        as_text(row.get("sessionKey")),
        ago(row.get("startedMs")),
        as_text(row.get("state")),
        seconds(took.get("totalDuration")),
        seconds(took.get("firstToken")),
        f"{as_text(row.get('provider'))}/{as_text(row.get('model'))}" if row.get("model") else "",
        str(as_int(took.get("toolCalls"))),
        f"{as_int(used.get('total')):,}",
        f"${cost:.4f}" if cost else "",
    )


def _cached(tokens: JsonObject) -> str:
    count = as_int(tokens.get("cacheRead"))
    return f" and {count:,} remembered" if count else ""


async def _show(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    answer = as_object(await client.request("traces.get", {"runId": arguments.target}))
    if arguments.json:
        console.json(answer)
        return
    took = as_object(answer.get("performance"))
    state, error = as_text(answer.get("state")), as_text(answer.get("error"))
    console.line(f"{as_text(answer.get('runId'))} of {as_text(answer.get('sessionKey'))}: {state}")
    if error:
        console.line(error)
    tokens = as_object(took.get("tokenUsage"))
    console.line(
        f"{seconds(took.get('totalDuration'))} from {as_text(answer.get('startTime'))}, "
        f"{as_int(tokens.get('input')):,} tokens in{_cached(tokens)}, {as_int(tokens.get('output')):,} out"
    )
    console.line()
    for line in waterfall([as_object(span) for span in as_list(answer.get("spans"))]):
        console.line(line)
    for line in _parts(answer):
        console.line(line)


def waterfall(spans: list[JsonObject]) -> list[str]:
    """The spans below each other, each with a bar where it lies in the whole."""
    if not spans:
        return []
    whole = max(as_float(spans[0].get("duration")), 0.001)
    names = [f"{'  ' * as_int(span.get('depth'))}{_title(span)}"[:LONGEST_NAME] for span in spans]
    width = max(map(len, names))
    lines: list[str] = []
    for name, span in zip(names, spans, strict=True):
        start, length = as_float(span.get("start")), as_float(span.get("duration"))
        begin = min(BAR - 1, int(start / whole * BAR))
        bar = " " * begin + "#" * max(1, min(BAR - begin, round(length / whole * BAR)))
        error = as_text(span.get("error"))
        lines.append(f"{name:{width}}  {seconds(length):>9}  |{bar:{BAR}}|  {error}".rstrip())
    return lines


def _title(span: JsonObject) -> str:
    name, facts = as_text(span.get("name")), as_object(span.get("facts"))
    told = {
        "model": f"{as_text(facts.get('provider'))}/{as_text(facts.get('model'))}",
        "tool": as_text(facts.get("name")),
        "store": as_text(facts.get("role")),
        "prompt": f"{as_int(facts.get('tokens')):,} tokens",
    }.get(name, "")
    return f"{name} {told}".strip()


def _parts(answer: JsonObject) -> list[str]:
    """What the first question consisted of."""
    events = [as_object(event) for event in as_list(answer.get("events"))]
    prompted = next((as_object(event.get("data")) for event in events if event.get("type") == "prompted"), {})
    parts = as_object(prompted.get("parts"))
    if not parts:
        return []
    told = ", ".join(f"{name} {as_int(tokens):,}" for name, tokens in parts.items())
    return ["", f"first question, tokens about: {told} (window {as_int(prompted.get('window')):,})"]


async def _replay(arguments: Arguments, client: GatewayClient, console: Console) -> Exit:
    answer = as_object(await client.request("traces.replay", {"runId": arguments.target}))
    same = answer.get("same") is True
    if arguments.json:
        console.json(answer)
    elif same:
        calls, messages = as_int(answer.get("modelCalls")), as_int(answer.get("messages"))
        console.line(f"The same: {calls} model calls and {messages} messages came out as they were recorded.")
    else:
        console.line(f"Not the same. {as_text(answer.get('difference'))}")
    return Exit.OK if same else Exit.FAILED


async def _export(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    form = "json" if arguments.json else "chrome"
    answer = await client.request("traces.export", {"runId": arguments.target, "form": form})
    await save(answer, arguments, console, "Open it in https://ui.perfetto.dev.")


async def save(answer: JsonValue, arguments: Arguments, console: Console, what_next: str) -> None:
    """Write the JSON to --out, or print it. Raises StorageFault."""
    if arguments.out is None:
        console.json(answer)
        return
    await asyncio.to_thread(write_file, arguments.out, orjson.dumps(answer))
    console.note(f"Written to {arguments.out}. {what_next}")


_ACTIONS: Mapping[str, Callable[[Arguments, GatewayClient, Console], Awaitable[Exit | None]]] = {
    "list": _list,
    "show": _show,
    "replay": _replay,
    "export": _export,
}


def seconds(ms: JsonValue) -> str:
    """Milliseconds as a person reads them, "" when there are none."""
    if not isinstance(ms, int | float) or isinstance(ms, bool):
        return ""
    return f"{ms / 1000:.2f} s" if ms >= 1000 else f"{ms:.1f} ms"


# Inspecting.


async def inspect(arguments: Arguments, client: GatewayClient, console: Console) -> Exit | None:
    """What a conversation consists of. One that does not exist is Exit.FAILED."""
    answer = as_object(await client.request("sessions.inspect", {"key": arguments.target}))
    exists = answer.get("exists") is True
    if arguments.json:
        console.json(answer)
    elif exists:
        _show_inspection(answer, console)
    if not exists and not arguments.json:
        console.note(as_text(answer.get("error")))
    return None if exists else Exit.FAILED


def _show_inspection(answer: JsonObject, console: Console) -> None:
    rows = [(name, text) for name, text in _inspected(answer) if text]
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        console.raw(f"{console.styled(name.ljust(width), 'dim')}  {console.clean(text)}\n")
    largest = [as_object(row) for row in as_list(as_object(answer.get("transcript")).get("largest"))]
    if largest:
        console.line("\nlargest messages:")
        print_columns(console, ("entry", "role", "bytes", "tokens", "when"), [
            (
                as_text(row.get("entryId")), as_text(row.get("role")), f"{as_int(row.get('bytes')):,}",
                f"{as_int(row.get('tokens')):,}", ago(row.get("timestamp")),
            )
            for row in largest
        ])  # fmt: skip
    runs = [as_object(row) for row in as_list(answer.get("runs"))]
    if runs:
        console.line("\nlast runs:")
        print_columns(console, _HEAD, [_cells(row) for row in runs])


def _inspected(answer: JsonObject) -> list[tuple[str, str]]:
    facts = as_object(answer.get("transcript"))
    calls = [as_object(call) for call in as_list(facts.get("openCalls"))]
    reported = as_object(facts.get("reported"))
    return [
        ("session", as_text(answer.get("sessionKey"))),
        ("id", as_text(answer.get("sessionId"))),
        ("file", as_text(answer.get("path"))),
        ("size", f"{as_int(answer.get('size')):,} bytes" if "size" in answer else ""),
        ("changed", as_text(answer.get("lastModified"))),
        ("messages", _counted(as_object(facts.get("roles")))),
        ("tokens", _counted(as_object(facts.get("tokens")))),
        ("reported", f"{as_int(reported.get('total')):,} tokens" if as_int(reported.get("total")) else ""),
        ("models", _counted(as_object(facts.get("models")))),
        ("chosen", as_text(answer.get("model"))),
        ("thinking", as_text(answer.get("thinkingLevel"))),
        ("compactions", _some(facts.get("compactions"))),
        ("errors", _some(facts.get("errors"))),
        ("stopped", _some(facts.get("aborted"))),
        ("open calls", ", ".join(f"{as_text(call.get('tool'))} ({as_text(call.get('callId'))})" for call in calls)),
        ("stray results", _some(facts.get("strayResults"))),
        ("torn lines", _torn(facts)),
        ("unfinished", "the last line has no end" if facts.get("unfinished") is True else ""),
        ("problem", as_text(answer.get("error"))),
    ]


def _counted(counts: JsonObject) -> str:
    total = sum(as_int(count) for count in counts.values())
    return f"{total:,} ({', '.join(f'{name} {as_int(count):,}' for name, count in counts.items())})" if total else ""


def _some(count: JsonValue) -> str:
    return f"{as_int(count):,}" if as_int(count) else ""


def _torn(facts: JsonObject) -> str:
    count = as_int(facts.get("tornLines"))
    places = ", ".join(f"{as_int(at):,}" for at in as_list(facts.get("tornAt")))
    return f"{count:,}, at byte {places}" if count else ""
