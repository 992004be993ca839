"""The `metrics` command: what is measured now, and what one series was, as a table, CSV or JSON."""

from __future__ import annotations

import time
from collections.abc import Sequence

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.columns import print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text
from clawd_desktop.operations.series import split_key
from clawd_desktop.operations.units import Unit, told

USUAL_S = 3_600.0
# A table for people, and a file for programs.
ROWS, CSV_POINTS = 24, 2_000
_BARS = "▁▂▃▄▅▆▇█"


async def run(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    """Show all values, or one series. Raises GatewayError when the gateway refuses."""
    if arguments.target:
        await _series(arguments, client, console)
    else:
        await _all(arguments, client, console)


async def _all(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    now = as_object(await client.request("metrics.get"))
    if arguments.json:
        console.json(now)
        return
    values = as_object(now.get("values"))
    if arguments.csv:
        console.line("key,value")
        for key, value in values.items():
            console.line(f"{_quoted(key)},{as_float(value):.10g}")
        return
    listed = as_object(await client.request("metrics.list"))
    rows = [row for metric in as_list(listed.get("metrics")) for row in _rows(as_object(metric), values)]
    if rows:
        print_columns(console, ("METRIC", "VALUE", ""), rows)
    else:
        console.line("Nothing is measured yet.")


def _rows(metric: JsonObject, values: JsonObject) -> list[tuple[str, str, str]]:
    name, unit = as_text(metric.get("name")), Unit(as_text(metric.get("unit")))
    keys = [key for key in values if split_key(key)[0] == name]
    return [(key, told(as_float(values[key]), unit), as_text(metric.get("title"))) for key in keys]


async def _series(arguments: Arguments, client: GatewayClient, console: Console) -> None:
    now = time.time_ns() // 1_000_000
    since = now - round((arguments.since_s or USUAL_S) * 1000)
    points = CSV_POINTS if arguments.csv or arguments.json else ROWS
    params: JsonObject = {"key": arguments.target, "sinceMs": max(0, since), "untilMs": now, "points": points}
    page = as_object(await client.request("metrics.history", params))
    if arguments.json:
        console.json(page)
        return
    columns = [as_list(page.get(name)) for name in ("times", "low", "mean", "high")]
    if arguments.csv:
        console.line("time,low,mean,high")
        for at, low, mean, high in zip(*columns, strict=True):
            console.line(f"{_moment(as_int(at))},{_number(low)},{_number(mean)},{_number(high)}")
        return
    _table(console, columns, Unit(as_text(page.get("unit"))), as_text(page.get("key")))


def _table(console: Console, columns: Sequence[Sequence[JsonValue]], unit: Unit, key: str) -> None:
    times, low, mean, high = columns
    if not times:
        console.line(f"Nothing is known of {key} in that time.")
        return
    top = max((as_float(value) for value in mean if value is not None), default=0.0)
    rows = [
        (_local(as_int(at)), _told(least, unit), _told(middle, unit), _told(most, unit), _bar(middle, top))
        for at, least, middle, most in zip(times, low, mean, high, strict=True)
    ]
    print_columns(console, ("TIME", "LOWEST", "MEAN", "HIGHEST", ""), rows)


def _told(value: JsonValue, unit: Unit) -> str:
    return "-" if value is None else told(as_float(value), unit)


def _bar(value: JsonValue, top: float) -> str:
    """How high the value is, next to the others."""
    if value is None or top <= 0:
        return ""
    return _BARS[min(len(_BARS) - 1, max(0, round(as_float(value) / top * (len(_BARS) - 1))))]


def _number(value: JsonValue) -> str:
    return "" if value is None else f"{as_float(value):.10g}"


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"' if any(char in text for char in ',"\n') else text


def _moment(at_ms: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at_ms / 1000))


def _local(at_ms: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at_ms / 1000))
