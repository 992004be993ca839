"""Lists the agents as models, so that programs which let people choose a model can offer them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from aiohttp.web import Response

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.http import answers, openai_words
from clawd_desktop.gateway.http.routes import Ask, Route
from clawd_desktop.gateway.http.targets import BRANDS, USUAL, agent_ids

PATH = "/v1/models"


class ModelPaths:
    """GET /v1/models and /v1/models/<id>, while any of OpenAI's interfaces is on."""

    def __init__(self, config: Callable[[], Config], config_file: Path, clock: Clock) -> None:
        self._config = config
        self._file = config_file
        self._started = clock.wall_ms() // 1000

    def rows(self) -> tuple[Route, ...]:
        """The list and each of its rows."""
        endpoints = self._config().gateway.http.endpoints
        if not endpoints.chat_completions.enabled and not endpoints.responses.enabled:
            return ()
        return (Route(PATH, self._read, under=True, refuse=openai_words.refuse),)

    async def _read(self, ask: Ask) -> Response:
        rows = {f"{USUAL}:{agent}": self._row(f"{USUAL}:{agent}") for agent in agent_ids(self._config())}
        if not ask.rest:
            return answers.as_json(200, {"object": "list", "data": list(rows.values())})
        wanted = unquote(ask.rest[1:])
        if wanted in BRANDS:  # they mean the default agent
            return answers.as_json(200, self._row(wanted))
        if wanted not in rows:
            fault = NotFound(
                f"The model {wanted!r} is not known here.", hint=f"GET {PATH} lists them.", code="model_not_found"
            )
            return openai_words.of_fault(fault)
        return answers.as_json(200, rows[wanted])

    def _row(self, name: str) -> JsonObject:
        return {"id": name, "object": "model", "created": self._created(), "owned_by": "clawd-desktop"}

    def _created(self) -> int:
        """When the agents became what they are: the last change of the configuration, or this start without one."""
        try:
            return int(self._file.stat().st_mtime)
        except OSError:
            return self._started
