"""Takes requests from outside that set something off: <hooks.path>/wake, /agent, and the owner's own mappings."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from aiohttp.web import Response, StreamResponse

from clawd_desktop.automation.hook_desk import RETRY_S, HookDesk, TooManyRuns
from clawd_desktop.automation.hook_mappings import HookRequest, action_for, mappings_of
from clawd_desktop.automation.hooks import Action, Wake, agent_of, base_path, hooks_of, wake_of
from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError, Refused
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.admission import Denial
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.bodies import object_of
from clawd_desktop.gateway.http.routes import POST, Access, Ask, Route, told


class HookPaths:
    """The tree of hooks, while the configuration asks for it."""

    def __init__(self, desk: HookDesk, config: Callable[[], Config], clock: Clock) -> None:
        self._desk = desk
        self._config = config
        self._clock = clock

    def rows(self) -> tuple[Route, ...]:
        """One tree, or none."""
        hooks = hooks_of(self._config())
        if hooks is None:
            return ()
        try:
            path = base_path(hooks)
        except BadInput:  # told by a notice
            return ()
        most = hooks.max_body_bytes
        return (Route(path, self._take, methods=POST, access=Access.HOOK, under=True, body=most, refuse=_refuse),)

    async def _take(self, ask: Ask) -> StreamResponse:
        path = ask.rest.strip("/")
        if not path:
            return answers.text(404, "Not Found")
        try:
            action = self._action(path, object_of(ask.body), ask)
            if action is None:
                return answers.text(404, "Not Found")
            return await self._carry_out(action)
        except TooManyRuns as fault:
            return _failed(429, fault.sentence(), answers.later(RETRY_S))
        except (BadInput, Refused) as fault:
            return _failed(400, fault.sentence())
        except ClawdError as fault:
            return _failed(503, fault.sentence(), answers.later(RETRY_S))

    def _action(self, path: str, payload: JsonObject, ask: Ask) -> Action | None:
        if path == "wake":
            return wake_of(payload)
        if path == "agent":
            return agent_of(payload)
        headers = {name.lower(): value for name, value in ask.request.headers.items()}
        query = dict(parse_qsl(ask.facts.target.partition("?")[2], max_num_fields=100))
        request = HookRequest(payload, headers, query, path, self._clock.wall_ms())
        return action_for(mappings_of(self._config().hooks), request)

    async def _carry_out(self, action: Action) -> Response:
        if isinstance(action, Wake):
            await self._desk.wake(action)
            return answers.as_json(200, {"ok": True, "mode": action.mode})
        return answers.as_json(202, {"ok": True, "runId": await self._desk.run(action)})


def _refuse(denial: Denial) -> Response:
    """Hooks have their own words: text for who may not, JSON for what cannot be read."""
    if denial.status in (401, 429):
        return answers.text(denial.status, told(denial), close=True, headers=answers.later(denial.wait))
    message = "payload too large" if denial.status == 413 else told(denial)
    body: JsonObject = {"ok": False, "error": message}
    return answers.as_json(denial.status, body, close=True, headers=answers.later(denial.wait))


def _failed(status: int, message: str, headers: answers.Headers | None = None) -> Response:
    return answers.as_json(status, {"ok": False, "error": message}, headers=headers)
