"""Names conversations the way Clawdbot does, so that every spelling of a key finds the same one.

Source: the session key rules of Clawdbot 2026.1.24 (lower case, `agent:<agentId>:<rest>`).
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from clawd_desktop.core.errors import BadInput

Kind: TypeAlias = Literal["direct", "group", "global", "unknown"]
LONGEST_KEY = 512
_AGENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHARED: dict[str, Kind] = {"global": "global", "unknown": "unknown"}


def canonical(key: str, default_agent: str = "main", main_key: str = "main") -> str:
    """The one spelling of a key: "main", "" and the main key's aliases become `agent:<agentId>:<main_key>`.

    Raises BadInput when the key is too long, has control characters, or names an impossible agent.
    """
    name = key.strip().lower()
    if len(name) > LONGEST_KEY or _CONTROL.search(name):
        raise BadInput(f"A session key has at most {LONGEST_KEY} characters and no control characters.")
    if name in _SHARED:
        return name
    if not name.startswith("agent:"):
        return _of_agent(default_agent, name, main_key)
    _, agent, *rest = name.split(":", 2)
    if not is_agent_id(agent):
        raise BadInput(
            f"The session key {key!r} names no possible agent.", hint="An agent id has the letters a-z, 0-9, _ and -."
        )
    return _of_agent(agent, rest[0] if rest else "", main_key)


def _of_agent(agent: str, rest: str, main_key: str) -> str:
    return f"agent:{agent}:{main_key if rest in ('', 'main') else rest}"


def agent_of(key: str, default_agent: str = "main") -> str:
    """The agent that a canonical key belongs to; `default_agent` for "global" and "unknown"."""
    parts = key.split(":", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "agent" and is_agent_id(parts[1]) else default_agent


def kind_of(key: str) -> Kind:
    """Whether the key names a conversation with one person, with a group, or one of the shared two."""
    return _SHARED.get(key) or ("group" if ":group:" in key or ":channel:" in key else "direct")


def is_agent_id(text: str) -> bool:
    """Whether the text can be an agent's id, and so the name of its folder."""
    return _AGENT.fullmatch(text) is not None


def is_session_id(text: str) -> bool:
    """Whether the text can be a session's id, and so part of a file name: no separators, no leading dot."""
    return _SESSION.fullmatch(text) is not None and ".." not in text
