"""Reads the JSON of request bodies; what is none is refused in the words that Clawdbot's HTTP clients know."""

from __future__ import annotations

from typing import cast

import orjson

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject, JsonValue, as_object


def json_of(body: bytes) -> JsonValue:
    """The value of a body; an empty body is an empty object. Raises BadInput when it is no JSON."""
    if not body.strip():
        return {}
    try:
        return cast(JsonValue, orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise BadInput(f"SyntaxError: {error}") from error


def object_of(body: bytes) -> JsonObject:
    """The object of a body; any other JSON counts as an empty one, as with Clawdbot. Raises BadInput."""
    return as_object(json_of(body))
