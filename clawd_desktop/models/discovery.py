"""Finds model servers of the person's own on this computer: Ollama and LM Studio."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import orjson

from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text
from clawd_desktop.storage.cache import MultiLevelCache

if TYPE_CHECKING:
    import aiohttp

ServerKind: TypeAlias = Literal["ollama", "lmstudio"]
_TIMEOUT = 0.3
_LARGEST = 1024 * 1024
_MOST_MODELS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A server that answered; `base_url` is what goes into the configuration, `models` are its model ids."""

    kind: ServerKind
    base_url: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kind of server listens by default, and under which keys its answer lists the models and their ids."""

    kind: ServerKind
    origin: str
    path: str
    models: str
    id: str


# Default ports: docs.ollama.com/api, lmstudio.ai/docs/developer.
PLACES = (
    Place("ollama", "http://127.0.0.1:11434", "/api/tags", "models", "name"),
    Place("lmstudio", "http://127.0.0.1:1234", "/v1/models", "data", "id"),
)


async def find_local_servers(places: tuple[Place, ...] = PLACES) -> list[Found]:
    """The servers that answer within 0.3 s with a well-formed list, which may be empty; never raises for the others."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_TIMEOUT)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        answers = await asyncio.gather(*(_ask(session, place) for place in places))
    return [found for found in answers if found is not None]


def local_servers(
    cache: MultiLevelCache, find: Callable[[], Awaitable[list[Found]]] | None = None
) -> Callable[[], Awaitable[list[Found]]]:
    """Finds the servers once for all who ask within some seconds; that there is none is looked up each time."""
    found_lately = cache.namespace("models")

    async def look() -> JsonValue:
        found = await (find or find_local_servers)()
        if not found:
            raise NotFound("There is no model server on this computer.")
        return [{"kind": each.kind, "url": each.base_url, "models": [*each.models]} for each in found]

    async def servers() -> list[Found]:
        try:
            rows = as_list(await found_lately.get_or_make_json("local servers", look))
        except NotFound:
            return []
        return [_kept(as_object(row)) for row in rows]

    return servers


def _kept(row: JsonObject) -> Found:
    models = tuple(as_text(model) for model in as_list(row.get("models")))
    kind: ServerKind = "ollama" if row.get("kind") == "ollama" else "lmstudio"
    return Found(kind, as_text(row.get("url")), models)


async def _ask(session: aiohttp.ClientSession, place: Place) -> Found | None:
    import aiohttp

    try:
        async with session.get(place.origin + place.path, allow_redirects=False) as response:
            if response.status != 200:
                return None
            body = await response.content.read(_LARGEST)
            while len(body) < _LARGEST and (more := await response.content.read(_LARGEST)):
                body += more
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None
    return understood(place, body)


def understood(place: Place, body: bytes) -> Found | None:
    """The answer as a server, or None when another program listens there."""
    try:
        answer = as_object(orjson.loads(body))
    except orjson.JSONDecodeError:
        return None
    listed = answer.get(place.models)
    if not isinstance(listed, list):
        return None
    ids = (as_text(as_object(model).get(place.id)) for model in listed)
    good = [id for id in ids if id and len(id) <= 200 and id.isprintable()]
    return Found(place.kind, f"{place.origin}/v1", tuple(good[:_MOST_MODELS]))
