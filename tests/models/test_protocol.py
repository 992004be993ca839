"""What all protocols share: parsing at the edge, and reprs without keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.models.protocol import Endpoint, Outgoing, filtered, joined, parse_arguments, parse_object


@pytest.mark.parametrize("data", ["", "{", "[]", "null", '"text"', "<html>", "{'a': 1}"])
def test_a_piece_that_is_no_json_object_is_a_bad_answer(data: str, endpoint: Callable[..., Endpoint]) -> None:
    with pytest.raises(ModelFault) as caught:
        parse_object(data, endpoint())
    assert caught.value.kind is ModelFaultKind.BAD_ANSWER
    assert "OpenAI" in caught.value.sentence()


@pytest.mark.parametrize(("text", "arguments"), [("", {}), (" ", {}), ('{"a":[1]}', {"a": [1]})])
def test_arguments(text: str, arguments: dict, endpoint: Callable[..., Endpoint]) -> None:
    assert parse_arguments(text, "read", endpoint()) == arguments


@pytest.mark.parametrize("text", ["[1]", "{", "nothing"])
def test_bad_arguments_name_the_tool(text: str, endpoint: Callable[..., Endpoint]) -> None:
    with pytest.raises(ModelFault, match="read_file"):
        parse_arguments(text, "read_file", endpoint())


def test_reprs_hold_no_key(endpoint: Callable[..., Endpoint], canary: str) -> None:
    outgoing = Outgoing("http://x", {"a": canary}, {"Authorization": canary})
    assert canary not in repr(endpoint()) + repr(outgoing)


def test_a_filter_is_named(endpoint: Callable[..., Endpoint]) -> None:
    assert "SAFETY" in filtered(endpoint(), "SAFETY").sentence()


@pytest.mark.parametrize("base", ["http://h/v1", "http://h/v1/"])
def test_paths_are_joined_with_one_slash(base: str) -> None:
    assert joined(base, "chat") == "http://h/v1/chat"
