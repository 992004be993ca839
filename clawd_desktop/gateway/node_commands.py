"""Which commands a node may be asked for: one table by platform, and what the owner adds or takes away; pure.

Source: Clawdbot 2026.1.24, gateway/node-command-policy; reasons of refusals are kept to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

EXEC_APPROVALS = frozenset({"system.execApprovals.get", "system.execApprovals.set"})
RUN = "system.run"
_CANVAS = (
    "canvas.present", "canvas.hide", "canvas.navigate", "canvas.eval", "canvas.snapshot", "canvas.a2ui.push",
    "canvas.a2ui.pushJSONL", "canvas.a2ui.reset",
)  # fmt: skip
_SENSES = ("camera.list", "camera.snap", "camera.clip", "screen.record", "location.get")
_SYSTEM = (RUN, "system.which", "system.notify", *sorted(EXEC_APPROVALS), "browser.proxy")
_SMS = ("sms.send",)
BY_PLATFORM: Mapping[str, frozenset[str]] = {
    "ios": frozenset((*_CANVAS, *_SENSES)),
    "android": frozenset((*_CANVAS, *_SENSES, *_SMS)),
    "macos": frozenset((*_CANVAS, *_SENSES, *_SYSTEM)),
    "linux": frozenset(_SYSTEM),
    "windows": frozenset(_SYSTEM),
    "unknown": frozenset((*_CANVAS, *_SENSES, *_SMS, *_SYSTEM)),
}
# What a platform is called begins so, or its family has this in its name.
_PLATFORMS = (("ios", "ios"), ("android", "android"), ("mac", "macos"), ("darwin", "macos"), ("win", "windows"),
              ("linux", "linux"))  # fmt: skip
_FAMILIES = (("iphone", "ios"), ("ipad", "ios"), ("ios", "ios"), ("android", "android"), ("mac", "macos"),
             ("windows", "windows"), ("linux", "linux"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class CommandRules:
    """What the owner adds to the table and takes from it (gateway.nodes.allowCommands and denyCommands)."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


def platform_of(platform: str, family: str) -> str:
    """The key of BY_PLATFORM for what a node says of itself."""
    name, kind = platform.strip().lower(), family.strip().lower()
    by_name = (key for start, key in _PLATFORMS if name.startswith(start))
    by_family = (key for part, key in _FAMILIES if part in kind)
    return next(by_name, "") or next(by_family, "unknown")


def allowed(rules: CommandRules, platform: str, family: str) -> frozenset[str]:
    """All commands that nodes of this platform may be asked for."""
    base = BY_PLATFORM[platform_of(platform, family)]
    return (base | _names(rules.allow)) - _names(rules.deny)


def usable(declared: Iterable[str], may: frozenset[str]) -> tuple[str, ...]:
    """What a node declared and may be asked for, sorted."""
    return tuple(sorted(_names(declared) & may))


def refusal(command: str, declared: tuple[str, ...], may: frozenset[str]) -> str:
    """Why a node may not be asked for the command, "" when it may; `declared` is what is left of what it declared."""
    if command not in may:
        return "command not allowlisted"
    if not declared:
        return "node did not declare commands"
    return "" if command in declared else "command not declared by node"


def _names(commands: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, (command.strip() for command in commands)))
