"""Tells how the running application is, for a person or a program."""

from __future__ import annotations

from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.console import Console
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text

_SEVERITY_STYLES = {"action": "yellow", "error": "red", "warning": "yellow", "info": "dim"}
_PHASE_STYLES = {"running": "green", "attached": "green", "failed": "red", "stopped": "yellow"}


async def fetch(client: GatewayClient) -> JsonObject:
    """The gateway's own report; from a gateway of Clawdbot itself, what its hello and status tell of the same."""
    status = as_object(await client.request("status"))
    desktop = status.get("desktop")
    if isinstance(desktop, dict):
        return desktop
    server, snapshot = as_object(client.hello.get("server")), as_object(client.hello.get("snapshot"))
    return {
        "phase": "running",
        "version": server.get("version"),
        "uptimeS": as_int(snapshot.get("uptimeMs")) / 1000,
        "sessions": as_object(status.get("sessions")).get("count"),
        "model": as_object(as_object(status.get("sessions")).get("defaults")).get("model"),
        "configPath": snapshot.get("configPath"),
        "stateFolder": snapshot.get("stateDir"),
    }


def show(report: JsonObject, console: Console) -> None:
    """The report as a table of two columns, with what is wrong below it."""
    phase = as_text(report.get("phase"), "unknown")
    rows = [(name, console.clean(text)) for name, text in _rows(report) if text]
    rows.insert(0, ("gateway", console.styled(phase, _PHASE_STYLES.get(phase, "dim")) + console.clean(_reason(report))))
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        console.raw(f"{console.styled(name.ljust(width), 'dim')}  {text}\n")
    for notice in (as_object(notice) for notice in as_list(report.get("notices"))):
        severity = str(notice.get("severity", "info")).lower()
        title = console.styled(as_text(notice.get("title")), _SEVERITY_STYLES.get(severity, "dim"))
        console.raw(f"\n{title}\n{console.clean(as_text(notice.get('text')))}".rstrip() + "\n")


def _rows(report: JsonObject) -> list[tuple[str, str]]:
    tokens = as_object(report.get("tokensToday"))
    spent = sum(as_int(tokens.get(kind)) for kind in ("input", "output", "cacheRead", "cacheWrite"))
    fallbacks = ", ".join(as_text(name) for name in as_list(report.get("fallbacks")))
    model = as_text(report.get("model")) + (f" (then {fallbacks})" if fallbacks else "")
    keyring = " ".join(as_text(report.get(key)) for key in ("secretsBackend", "secretsState")).strip()
    paused = report.get("pausedUntilMs")
    return [
        ("addresses", ", ".join(as_text(address) for address in as_list(report.get("addresses")))),
        ("certificate", as_text(report.get("certificate"))),
        ("version", as_text(report.get("version"))),
        ("process", f"pid {as_int(report.get('pid'))}" if report.get("pid") else ""),
        ("up for", duration(as_float(report.get("uptimeS")))),
        ("model", model),
        ("paused", "" if paused is None else "until you resume" if paused == 0 else "for a while"),
        ("work", _counts(report, ("runs", "running"), ("queued", "waiting"))),
        ("sessions", _number(report.get("sessions"))),
        ("connections", _number(report.get("connections"))),
        ("tokens today", f"{spent:,}" if tokens else ""),
        ("memory", f"{as_int(report.get('residentBytes')) / 1e6:.0f} MB" if report.get("residentBytes") else ""),
        ("keyring", keyring),
        ("safe mode", "on: channels and hooks stay off; see below why" if report.get("safeMode") is True else ""),
        ("configuration", as_text(report.get("configPath"))),
        ("data", as_text(report.get("stateFolder"))),
    ]


def duration(seconds: float) -> str:
    """Seconds as a person says them, in at most two units."""
    left = int(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count or (unit == "s" and not parts):
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])


def _counts(report: JsonObject, *names: tuple[str, str]) -> str:
    return ", ".join(f"{as_int(report.get(key))} {word}" for key, word in names if report.get(key) is not None)


def _number(value: JsonValue) -> str:
    return "" if value is None else f"{as_int(value):,}"


def _reason(report: JsonObject) -> str:
    reason = as_text(report.get("reason"))
    return f": {reason}" if reason else ""
