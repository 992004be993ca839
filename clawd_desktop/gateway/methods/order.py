"""The order in which clients are told of the methods.

Source: the method list of the Clawdbot 2026.1.24 gateway; clients look names up in it, and people read it.
"""

from __future__ import annotations

from collections.abc import Iterable

from clawd_desktop.gateway.methods.table import Method

ORDER = (
    "health", "logs.tail", "channels.status", "channels.logout", "status", "usage.status", "usage.cost",
    "tts.status", "tts.providers", "tts.enable", "tts.disable", "tts.convert", "tts.setProvider",
    "config.get", "config.set", "config.apply", "config.patch", "config.schema",
    "exec.approvals.get", "exec.approvals.set", "exec.approvals.node.get", "exec.approvals.node.set",
    "exec.approval.request", "exec.approval.resolve",
    "wizard.start", "wizard.next", "wizard.cancel", "wizard.status", "talk.mode", "models.list", "agents.list",
    "skills.status", "skills.bins", "skills.install", "skills.update", "update.run", "voicewake.get", "voicewake.set",
    "sessions.list", "sessions.preview", "sessions.patch", "sessions.reset", "sessions.delete", "sessions.compact",
    "last-heartbeat", "set-heartbeats", "wake",
    "node.pair.request", "node.pair.list", "node.pair.approve", "node.pair.reject", "node.pair.verify",
    "device.pair.list", "device.pair.approve", "device.pair.reject", "device.token.rotate", "device.token.revoke",
    "node.rename", "node.list", "node.describe", "node.invoke", "node.invoke.result", "node.event",
    "cron.list", "cron.status", "cron.add", "cron.update", "cron.remove", "cron.run", "cron.runs",
    "system-presence", "system-event", "send", "agent", "agent.identity.get", "agent.wait",
    "chat.history", "chat.abort", "chat.send",
)  # fmt: skip
_PLACES = {name: place for place, name in enumerate(ORDER)}


def sorted_rows(rows: Iterable[Method]) -> list[Method]:
    """The rows in that order; methods that Clawdbot does not have follow in the order they came."""
    return sorted(rows, key=lambda row: _PLACES.get(row.name, len(ORDER)))
