"""Understands the lines by which computers report themselves, and says what of them is news; pure.

Source: Clawdbot 2026.1.24, system-event and its presence lines
("Node: pi (10.0.0.2) · app 1.2 · last input 5s ago · mode local · reason launch").
"""

from __future__ import annotations

import re

from clawd_desktop.core.values import JsonObject, as_list, as_text

PREFIX = "Node:"
_HEAD = re.compile(r"Node:\s*+([^ (]++)\s*+\(([^)]++)\)", re.I)
_INPUT = re.compile(r"last input\s+(\d{1,9})s ago", re.I)
_PARTS = {"app": "version", "mode": "mode", "reason": "reason"}
_ROUTINE = ("periodic", "heartbeat")  # Reasons that are no news.


def facts_in(text: str) -> JsonObject:
    """What the line says of host, ip, version, last input, mode and reason; empty for any other text."""
    parts = [part.strip() for part in text.split("·")]
    head = _HEAD.fullmatch(parts[0])
    if head is None:
        return {}
    facts: JsonObject = {"host": head[1], "ip": head[2].strip()}
    for part in parts[1:]:
        word, _, rest = part.partition(" ")
        if last := _INPUT.fullmatch(part):
            facts["lastInputSeconds"] = int(last[1])
        elif word.lower() in _PARTS and rest.strip():
            facts[_PARTS[word.lower()]] = rest.strip()
    return facts


def merged(before: JsonObject, reported: JsonObject) -> JsonObject:
    """The reported facts; roles and scopes add to those known before."""
    added: JsonObject = {}
    for name in ("roles", "scopes"):
        if reported.get(name):
            added[name] = list(dict.fromkeys([*as_list(before.get(name)), *as_list(reported[name])]))
    return reported | added


def news(before: JsonObject, after: JsonObject) -> str:
    """What changed, as the line that the assistant is told; "" when nothing did that matters."""
    changed = {name for name in ("host", "ip", "version", "mode", "reason") if before.get(name) != after.get(name)}
    reason = as_text(after.get("reason"))
    if reason.lower().startswith(_ROUTINE):
        changed.discard("reason")
    if not changed:
        return ""
    host, ip = as_text(after.get("host")) or "Unknown", as_text(after.get("ip"))
    told = [f"{PREFIX} {host}{f' ({ip})' if ip else ''}"]
    told += [f"{word} {as_text(after.get(name)) or 'unknown'}" for word, name in _PARTS.items() if name in changed]
    return " · ".join(told)
