"""Shows the pictures of agents, which pages load without a secret: from the workspace, and nothing but pictures."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO
from urllib.parse import parse_qs

from aiohttp.web import Response, StreamResponse

from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import NotFound
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.control_page import base_of
from clawd_desktop.gateway.http.files import media_type, open_below, parts_of, send_bytes, send_file
from clawd_desktop.gateway.http.routes import Access, Ask, Route
from clawd_desktop.storage.cache import Namespace
from clawd_desktop.storage.session_keys import is_agent_id

# Source: the endings that Clawdbot 2026.1.24 takes for a picture.
ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"})
LARGEST = 5 * 1024 * 1024
# Pages load them at each start; larger ones are sent from the disk.
LARGEST_KEPT = 512 * 1024


@dataclass(frozen=True, slots=True)
class Avatar:
    """An agent's picture: an address to load it from, or the names of a file below `root`."""

    url: str = ""
    root: Path = Path()
    names: tuple[str, ...] = ()


class AvatarPaths:
    """`<basePath>/avatar/<agentId>`, and with `?meta=1` where the picture is to be loaded from."""

    def __init__(
        self,
        config: Callable[[], Config],
        workspace: Callable[[str], Path],
        limits: Callable[[], Limits],
        cache: Namespace,
    ) -> None:
        self._cache = cache
        self._config = config
        self._workspace = workspace
        self._limits = limits

    def rows(self) -> tuple[Route, ...]:
        """One tree; none while the control page is off."""
        page = self._config().gateway.control_ui
        if not page.enabled:
            return ()
        return (Route(f"{base_of(page.base_path)}/avatar", self._show, access=Access.PUBLIC, under=True, waits=True),)

    async def _show(self, ask: Ask) -> StreamResponse:
        agent = ask.rest.removeprefix("/").lower()
        if not is_agent_id(agent):
            return answers.text(404, "Not Found")
        avatar = avatar_of(self._config(), agent, self._workspace)
        file = await asyncio.to_thread(_opened, avatar) if avatar is not None else None
        if parse_qs(ask.facts.target.partition("?")[2]).get("meta") == ["1"]:
            return self._meta(agent, avatar, file)
        if avatar is None or file is None:
            return answers.text(404, "Not Found")
        headers = {"Content-Type": media_type(avatar.names[-1]), "Cache-Control": "no-cache"}
        found = os.fstat(file.fileno())
        if found.st_size > LARGEST_KEPT:
            return await send_file(ask, file, headers, self._limits().request)
        # Whoever changes the picture changes one of these.
        key = f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
        file.close()
        try:
            data = await self._cache.get_or_make(key, lambda: asyncio.to_thread(_read, avatar))
        except NotFound:
            return answers.text(404, "Not Found")
        return await send_bytes(ask, data, headers, self._limits().request)

    def _meta(self, agent: str, avatar: Avatar | None, file: BinaryIO | None) -> Response:
        if file is not None:
            file.close()
            own = f"{base_of(self._config().gateway.control_ui.base_path)}/avatar/{agent}"
            return answers.as_json(200, {"avatarUrl": own})
        return answers.as_json(200, {"avatarUrl": avatar.url if avatar is not None and avatar.url else None})


def avatar_of(config: Config, agent: str, workspace: Callable[[str], Path]) -> Avatar | None:
    """The picture that the configuration names for the agent; None when it names none, or no picture.

    The default agent falls back to the assistant's own (ui.assistant.avatar).
    """
    own = next((each for each in config.agents.list if each.id.lower() == agent), None)
    named = own.identity.avatar if own is not None and own.identity is not None else None
    if not named and agent == config.agents.default_id:
        named = config.ui.assistant.avatar
    text = (named or "").strip()
    if text.lower().startswith(("http://", "https://", "data:image/")):
        return Avatar(url=text)
    if PurePath(text).suffix.lower() not in ENDINGS:
        return None
    root = workspace(agent)
    names = _below(root, text)
    return Avatar(root=root, names=names) if names is not None else None


def _below(root: Path, text: str) -> tuple[str, ...] | None:
    """The names that lead from the workspace to the file; None when it lies elsewhere."""
    path = PurePath(os.path.normpath(root / Path(text).expanduser()))
    try:
        relative = path.relative_to(os.path.normpath(root))
    except ValueError:
        return None
    return parts_of("/".join(part.replace("%", "%25") for part in relative.parts))


def _read(avatar: Avatar) -> bytes:
    """The whole picture. Raises NotFound when it went away, or grew, since it was looked at."""
    file = _opened(avatar)
    if file is not None:
        with file:
            data = file.read(LARGEST_KEPT + 1)
        if len(data) <= LARGEST_KEPT:
            return data
    raise NotFound("The picture is not there any more.")


def _opened(avatar: Avatar) -> BinaryIO | None:
    file = open_below(avatar.root, avatar.names)
    if file is not None and os.fstat(file.fileno()).st_size > LARGEST:
        file.close()
        return None
    return file
