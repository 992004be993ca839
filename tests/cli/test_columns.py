"""Rows stand in columns, and nothing that others said can break out of its cell."""

from __future__ import annotations

import pytest

from clawd_desktop.cli.columns import ago, name_of, print_columns, words
from clawd_desktop.core.values import JsonObject, JsonValue


def test_columns_are_as_wide_as_they_need(screens) -> None:
    screen = screens()
    print_columns(screen.console, ("id", "name"), [("a", "Phone"), ("longer", "")])
    assert screen.shown == "id      name\na       Phone\nlonger\n"


def test_a_cell_cannot_pretend(screens) -> None:
    screen = screens(terminal=True, environ={"NO_COLOR": "1"})
    print_columns(screen.console, ("name",), [("\x1b[2Ja\nb\u202e",)])
    assert screen.shown == "name\n\\u{1b}[2Ja\\nb\\u{202e}\n"


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), ("x", ""), (1_000, "1 min ago"), (61_000, "0 s ago"), (99_000, "0 s ago")]
)
def test_times(value: JsonValue, text: str) -> None:
    assert ago(value, 61_000) == text


def test_names_and_words() -> None:
    record: JsonObject = {"clientId": "cli", "displayName": "Phone", "givenName": "Mine"}
    assert (name_of(record), name_of({"clientId": "cli"}), name_of({})) == ("Mine", "cli", "")
    assert words(["operator.read", "node", 5]) == "read node "
    assert words(None) == ""
