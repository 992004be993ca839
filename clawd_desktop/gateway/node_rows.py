"""Describes nodes for clients: what is stored of them, and what they say of themselves while they are connected; pure.

Source: Clawdbot 2026.1.24, `node.list` and `node.describe`. It keeps names that owners give in a store of its own,
where they do not reach paired devices; here such a name wins over what the node calls itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from clawd_desktop.core.values import JsonObject, JsonValue, as_text
from clawd_desktop.gateway.nodes import LiveNode
from clawd_desktop.gateway.results.nodes import NodeRow


def node_rows(paired: Mapping[str, JsonObject], live: Mapping[str, LiveNode]) -> list[NodeRow]:
    """All nodes, those that are connected first, then by name."""
    rows = [node_row(node_id, paired.get(node_id), live.get(node_id)) for node_id in {**paired, **live}]
    return sorted(
        rows,
        key=lambda row: (not row["connected"], (row.get("displayName") or row["nodeId"]).lower(), row["nodeId"]),
    )


def node_row(node_id: str, record: JsonObject | None, live: LiveNode | None) -> NodeRow:
    """One node; keys of which nothing is known are absent."""
    stored = record or {}
    row: NodeRow = {
        "nodeId": node_id,
        "caps": [],
        "commands": [],
        "paired": record is not None,
        "connected": live is not None,
    }
    if platform := _text(stored.get("platform")):
        row["platform"] = platform
    if remote := _text(stored.get("remoteIp")):
        row["remoteIp"] = remote
    if live is not None:
        _add_live(row, live)
    name = _text(stored.get("givenName")) or (live.client.display_name if live else "")
    if name := name or _text(stored.get("displayName")):
        row["displayName"] = name
    return row


def _add_live(row: NodeRow, live: LiveNode) -> None:
    client = live.client
    row["platform"] = client.platform
    row["version"] = client.version
    row["remoteIp"] = client.remote
    row["caps"] = sorted(set(client.caps))
    row["commands"] = list(live.commands)
    row["connectedAtMs"] = client.connected_ms
    if client.device_family:
        row["deviceFamily"] = client.device_family
    if client.model_identifier:
        row["modelIdentifier"] = client.model_identifier
    if client.path_env:
        row["pathEnv"] = client.path_env
    if client.permissions is not None:
        row["permissions"] = dict(client.permissions)


def _text(value: JsonValue) -> str:
    return as_text(value).strip()
