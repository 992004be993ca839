"""Edits change what they are asked to change and not a character more."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clawd_desktop.config.json5 import Node, parse, read
from clawd_desktop.config.json5_edit import edit, render, replace_strings
from clawd_desktop.config.merge import merge_patch, same
from clawd_desktop.core.values import JsonObject, JsonValue

KEYS = st.sampled_from(["a", "b", "c", "gateway", "x-y", "über", "1st"])
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "text", "it's", 'a "b"', "//no", "/*"])
PATCHES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))
GAPS = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "\n  ",
        "\r\n",
        "\t",
        "/* c@ */",
        " // c@\n",
        "\n  // c@\n  ",
        "\n/* c@\n c */\n",
        " /* c@ */ // c@\n",
    ]
)


@st.composite
def texts(draw: st.DrawFn, depth: int = 0) -> str:
    """JSON5 objects with comments and white space everywhere that they may stand."""
    pieces = ["{"]
    keys = draw(st.lists(KEYS, max_size=4, unique=True))
    for index, key in enumerate(keys):
        quoted = json.dumps(key) if not key.isidentifier() or draw(st.booleans()) else key
        value = (
            draw(texts(depth + 1))
            if depth < 2 and draw(st.booleans())
            else draw(LEAVES.map(json.dumps) | st.just("[1, /* c@ */ 2,]"))
        )
        comma = "," if index + 1 < len(keys) or draw(st.booleans()) else ""
        pieces += [draw(GAPS), quoted, draw(GAPS), ":", draw(GAPS), value, draw(GAPS), comma]
    return "".join([*pieces, draw(GAPS), "}"])


def numbered(text: str) -> str:
    """The text with each comment mark made unique, so that comments can be told apart."""
    counter = iter(range(10_000))
    return re.sub("@", lambda _: f"<{next(counter)}>", text)


def untouched(node: Node, patch: JsonValue, text: str) -> list[str]:
    """The comments inside members that the patch does not name."""
    found: list[str] = []
    for member in node.members or []:
        change = patch.get(member.key, member) if isinstance(patch, dict) else None
        if change is member:
            found += re.findall(r"<\d+>", text[member.start : member.node.end])
        elif isinstance(change, dict):
            found += untouched(member.node, change, text)
    return found


@settings(max_examples=400)
@given(texts(), st.dictionaries(KEYS, PATCHES, max_size=4))
def test_the_edited_text_says_what_the_merge_says_and_keeps_comments(raw: str, patch: JsonObject) -> None:
    text = numbered(raw)
    edited = edit(text, patch)
    assert same(parse(edited), merge_patch(parse(text), patch))
    for comment in untouched(read(text).root, patch, text):
        assert comment in edited


@given(texts(), st.dictionaries(KEYS, PATCHES, max_size=4))
def test_setting_what_stands_already_changes_nothing(text: str, patch: JsonObject) -> None:
    once = edit(text, patch)
    assert edit(once, patch) == once


@settings(max_examples=200)
@given(texts(), KEYS, st.integers(10, 99))
def test_adding_and_changing_keeps_every_comment(raw: str, key: str, number: int) -> None:
    text = numbered(re.sub(r"\[1, /\* c@ \*/ 2,\]", "7", raw))
    value = parse(text)
    assert isinstance(value, dict)
    changed = edit(text, {"new-key": number, **({key: number} if not isinstance(value.get(key), dict) else {})})
    assert re.findall(r"<\d+>", changed) == re.findall(r"<\d+>", text)


CONFIG = """\
// my gateway
{
  // how it is reached
  gateway: {
    port: 18789, // the usual one
    bind: 'loopback',
  },
  "agents": { "defaults": { "workspace": "~/clawd" } }
}
"""


@pytest.mark.parametrize(
    ("patch", "old", "new"),
    [
        ({"gateway": {"port": 1}}, "port: 18789,", "port: 1,"),
        ({"gateway": {"bind": None}}, "    bind: 'loopback',\n", ""),
        ({"gateway": {"port": None}}, "    port: 18789, // the usual one\n", ""),
        ({"gateway": {"mode": "local"}}, "'loopback',\n", "'loopback',\n    mode: \"local\",\n"),
        ({"ui": {"a": [1]}}, '"~/clawd" } }\n', '"~/clawd" } },\n  ui: {\n    "a": [1]\n  }\n'),
        ({"agents": None}, '  },\n  "agents": { "defaults": { "workspace": "~/clawd" } }\n', "  }\n"),
        ({"agents": {"list": []}}, '"~/clawd" } }', '"~/clawd" }, "list": [] }'),
    ],
)
def test_edits_touch_the_characters_of_one_member(patch: JsonObject, old: str, new: str) -> None:
    assert CONFIG.count(old) == 1
    assert edit(CONFIG, patch) == CONFIG.replace(old, new)


def test_windows_line_ends_stay() -> None:
    text = CONFIG.replace("\n", "\r\n")
    edited = edit(text, {"gateway": {"mode": "local"}, "ui": {"seamColor": "#fff"}})
    assert edited.count("\n") == edited.count("\r\n")


def test_an_empty_object_gets_its_first_member_on_a_line_of_its_own() -> None:
    assert edit("{}", {"a": 1}) == '{\n  "a": 1\n}'


def test_a_value_that_is_no_object_is_replaced() -> None:
    assert parse(edit("[1] // old", {"a": 1})) == {"a": 1}


def test_strings_are_replaced_at_their_places() -> None:
    assert replace_strings("{a: 'x', b: 'y'}", {(4, 7): "new", (12, 15): 'q"'}) == '{a: "new", b: "q\\""}'


def test_long_and_nested_values_are_laid_out_in_lines() -> None:
    value: JsonValue = {"a": [{"b": 1}], "c": ["x" * 60, "y" * 60], "d": {}, "e": [1, 2]}
    text = render(value)
    assert parse(text) == value
    assert text.splitlines()[1:4] == ['  "a": [', "    {", '      "b": 1']
