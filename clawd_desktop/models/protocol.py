"""What every wire protocol offers: a request as JSON, and events of the answer turned into ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest
from clawd_desktop.core.values import JsonObject, as_object
from clawd_desktop.models.pricing import ModelRow
from clawd_desktop.models.providers import ProviderFacts
from clawd_desktop.models.sse import ServerEvent


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and as what one model is asked. The key and the headers stay out of every repr and log."""

    row: ModelRow
    provider: ProviderFacts
    key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    bearer: bool = False

    @property
    def name(self) -> str:
        """The provider's name for people."""
        return self.provider.name


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One HTTP POST with a JSON body. The URL never holds a key."""

    url: str
    body: JsonObject = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class Decoder(Protocol):
    """Turns the events of one streamed answer into ours; made anew for each answer."""

    @property
    def ended(self) -> bool:
        """Whether nothing can follow, even if the connection stays open."""

    def feed(self, event: ServerEvent) -> Iterable[ModelEvent]:
        """What the event says. Raises ModelFault when it reports an error or cannot be understood."""

    def finish(self) -> ModelDone | None:
        """The end of the answer, once the stream is over; None when the answer is not complete."""


@dataclass(frozen=True, slots=True)
class WireProtocol:
    """One row of the table of protocols."""

    api: str
    build: Callable[[ModelRequest, Endpoint], Outgoing]
    decoder: Callable[[ModelRequest, Endpoint], Decoder]


def parse_object(data: str, endpoint: Endpoint) -> JsonObject:
    """The event's data as a JSON object. Raises ModelFault (bad answer) when it is none."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise bad_answer(endpoint, "sent a piece that is not JSON")
    return value


def parse_arguments(text: str, tool: str, endpoint: Endpoint) -> JsonObject:
    """The arguments of a tool call; none are an empty object. Raises ModelFault when they are no JSON object."""
    try:
        value = orjson.loads(text) if text.strip() else {}
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise bad_answer(endpoint, f"asked for the tool {tool[:80]!r} with arguments that are not a JSON object")
    return as_object(value)


def bad_answer(endpoint: Endpoint, what: str) -> ModelFault:
    """A fault for an answer that breaks the protocol; `what` completes "Provider ..."."""
    return ModelFault(
        f"{endpoint.name} {what} (model {endpoint.row.id}).",
        kind=ModelFaultKind.BAD_ANSWER,
        hint="Try again; if it stays so, check the base URL and the API kind in Settings > Models & keys.",
    )


def filtered(endpoint: Endpoint, reason: str) -> ModelFault:
    """A fault for an answer that the provider's content filter withheld."""
    return ModelFault(
        f"{endpoint.name}'s content filter stopped the answer ({reason[:80]}).",
        kind=ModelFaultKind.FILTERED,
        hint="Say it in other words, or choose another model for this conversation.",
    )


def joined(base_url: str, path: str) -> str:
    """The base URL with a path below it."""
    return f"{base_url.rstrip('/')}/{path}"
