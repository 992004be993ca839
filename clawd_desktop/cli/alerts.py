"""The `alerts` command: what is wrong and was, by which rules and why, and what to do about it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import ago, print_columns, words
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text
from clawd_desktop.operations.units import Unit, parsed, told

TEST_S = 120.0
_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 60
_QUIET = {"hours": "quiet hours", "muted": "notifications are muted", "system": "the system's Do Not Disturb is on"}

Say = Callable[[Console], None]


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> Exit:
    """Do the action. Raises GatewayError when the gateway refuses, BadInput for a time that is none."""
    answer, say, code = await _ACTIONS[arguments.action or "list"](arguments, client)
    if arguments.json:
        console.json(answer)
    else:
        say(console)
    return code


async def _list(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say, Exit]:
    listed = as_object(await client.request("alerts.list"))
    return listed, lambda console: show(listed, console), Exit.OK


async def _past(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say, Exit]:
    listed = as_object(await client.request("alerts.past"))
    return listed, lambda console: _show_past(listed, console), Exit.OK


async def _rules(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say, Exit]:
    listed = as_object(await client.request("alerts.rules"))
    return listed, lambda console: _show_rules(listed, console), Exit.OK


async def _acknowledge(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say, Exit]:
    row = as_object(await client.request("alerts.acknowledge", {"id": arguments.target}))
    return row, _sentence(f"Acknowledged: {as_text(row.get('title'))}."), Exit.OK


async def _snooze(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say, Exit]:
    seconds = round(parsed(arguments.length, Unit.SECONDS))
    answer = await client.request("alerts.snooze", {"rule": arguments.target, "seconds": seconds})
    said = f"says nothing for {told(seconds, Unit.SECONDS)}" if seconds else "speaks again"
    return answer, _sentence(f"{arguments.target} {said}."), Exit.OK


async def _test(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say, Exit]:
    limit = arguments.timeout_s or TEST_S
    answer = as_object(await client.request("alerts.test", {"rule": arguments.target}, timeout_s=limit))
    rows = [as_object(row) for row in as_list(answer.get("sinks"))]
    cells = [
        (as_text(row.get("sink")), "told" if row.get("ok") else "failed", as_text(row.get("text"))) for row in rows
    ]
    code = Exit.OK if all(row.get("ok") for row in rows) else Exit.FAILED
    return answer, lambda console: print_columns(console, ("sink", "result", "why"), cells), code


async def _why(arguments: Arguments, client: GatewayClient) -> tuple[JsonValue, Say, Exit]:
    answer = as_object(await client.request("alerts.why", {"id": arguments.target}))
    return answer, lambda console: _show_why(answer, console), Exit.OK


_ACTIONS: Mapping[str, Callable[[Arguments, GatewayClient], Awaitable[tuple[JsonValue, Say, Exit]]]] = {
    "list": _list,
    "past": _past,
    "rules": _rules,
    "ack": _acknowledge,
    "snooze": _snooze,
    "test": _test,
    "why": _why,
}


def show(listed: JsonObject, console: Console) -> None:
    """What is open, what is snoozed, and whether it is quiet."""
    rows = [as_object(row) for row in as_list(listed.get("open"))]
    if rows:
        print_columns(console, ("id", "severity", "alert", "value", "since", "state"), [
            (
                as_text(row.get("id")), as_text(row.get("severity")), as_text(row.get("title")),
                f"{value_of(row, 'value')}, {as_text(row.get('comparison'))} {value_of(row, 'threshold')}",
                ago(row.get("raisedMs")), _state(row),
            )
            for row in rows
        ])  # fmt: skip
    else:
        console.line("Nothing is wrong.")
    for rule, until_ms in as_object(listed.get("snoozed")).items():
        console.line(f"Snoozed: {rule} until {_moment(until_ms)}.")
    quiet = as_object(listed.get("quiet"))
    if quiet.get("on") is True:
        until = f" until {_moment(quiet.get('untilMs'))}" if quiet.get("untilMs") else ""
        console.line(f"It is quiet{until}: {_QUIET.get(as_text(quiet.get('because')), 'asked for')}.")


def value_of(row: JsonObject, key: str) -> str:
    """The value under that key as people read it, in the row's unit."""
    try:
        return told(as_float(row.get(key)), Unit(as_text(row.get("unit"))))
    except ValueError:
        return f"{as_float(row.get(key)):g}"


def sparkline(values: Sequence[float | None], width: int = _WIDTH) -> str:
    """The values as bars in one line; a gap is a blank."""
    step = max(1, -(-len(values) // width))
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    chunks = ([value for value in values[at : at + step] if value is not None] for at in range(0, len(values), step))
    return "".join(_bar(max(chunk), low, high) if chunk else " " for chunk in chunks)


def _bar(value: float, low: float, high: float) -> str:
    share = (value - low) / (high - low) if high > low else 0.0
    return _BARS[min(len(_BARS) - 1, int(share * len(_BARS)))]


def _state(row: JsonObject) -> str:
    if row.get("acknowledgedMs"):
        return f"acknowledged by {as_text(row.get('acknowledgedBy'))}"
    return "escalated" if row.get("escalatedMs") else "open"


def _show_past(listed: JsonObject, console: Console) -> None:
    rows = [as_object(row) for row in as_list(listed.get("past"))]
    if not rows:
        console.line("Nothing was wrong.")
        return
    print_columns(console, ("id", "severity", "alert", "worst", "began", "lasted"), [
        (
            as_text(row.get("id")), as_text(row.get("severity")), as_text(row.get("title")), value_of(row, "worst"),
            ago(row.get("raisedMs")),
            told((as_int(row.get("endedMs")) - as_int(row.get("raisedMs"))) / 1000, Unit.SECONDS),
        )
        for row in rows
    ])  # fmt: skip


def _show_rules(listed: JsonObject, console: Console) -> None:
    rows = [as_object(row) for row in as_list(listed.get("rules"))]
    print_columns(console, ("rule", "severity", "when", "over at", "tells", "state"), [
        (
            as_text(row.get("id")), as_text(row.get("severity")), as_text(row.get("sentence")),
            value_of(row, "clear"), words(row.get("sinks")) or "by severity", _rule_state(row),
        )
        for row in rows
    ])  # fmt: skip
    for fault in (as_object(one) for one in as_list(listed.get("faults"))):
        console.line(as_text(fault.get("text")))


def _rule_state(row: JsonObject) -> str:
    if row.get("enabled") is not True:
        return "off"
    until = row.get("snoozedUntilMs")
    return f"snoozed until {_moment(until)}" if until else "on"


def _show_why(answer: JsonObject, console: Console) -> None:
    alert = as_object(answer.get("alert"))
    values = [None if value is None else as_float(value) for value in as_list(answer.get("mean"))]
    console.line(f"{as_text(alert.get('title'))}: {as_text(alert.get('text'))}")
    console.line(f"Rule {as_text(alert.get('rule'))}: {as_text(answer.get('sentence'))}.")
    end = _moment(answer.get("endMs")) if alert.get("endedMs") else "now, it is not over"
    console.line(f"It was wrong from {_moment(answer.get('beginMs'))} to {end}; worst {value_of(alert, 'worst')}.")
    times = as_list(answer.get("times"))
    if bars := sparkline(values):
        console.line(bars)
        console.line(f"{_moment(times[0])} to {_moment(times[-1])}, bars from lowest to highest.")
    else:
        console.line("Its measurements are not kept any more.")


def _moment(value: JsonValue) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(as_int(value) / 1000))


def _sentence(text: str) -> Say:
    return lambda console: console.line(text)
