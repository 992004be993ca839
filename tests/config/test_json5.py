"""JSON5 is read as its specification says; what is wrong is named with line and column."""

from __future__ import annotations

import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.config.json5 import MAX_BYTES, MAX_DEPTH, decode, parse, place, read
from clawd_desktop.core.errors import Unreadable
from clawd_desktop.core.values import JsonValue

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("  [ ]  ", []),
        ("{a: 1, 'b': 2, \"c\": 3,}", {"a": 1, "b": 2, "c": 3}),
        ("{$a_1: 1, é: 2, \\u0061b: 3}", {"$a_1": 1, "é": 2, "ab": 3}),
        ("[1,2,]", [1, 2]),
        ("// hello\n{/* x **/ a /* y */ : // z\n 1}", {"a": 1}),
        ("\ufeff{a: 1}", {"a": 1}),
        ("0x1F", 31),
        ("-0xff", -255),
        ("+1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-Infinity", -math.inf),
        ("'it\\'s'", "it's"),
        ('"a\\\nb"', "ab"),
        ('"a\\\r\nb"', "ab"),
        ("'\\x41\\u0042\\v\\0\\q'", "AB\v\0q"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ("'a\u2028b'", "a\u2028b"),
        ("null", None),
        ("[true,false]", [True, False]),
        ("123456789012345678901234567890", 1.2345678901234568e29),
    ],
)
def test_good_text_is_understood(text: str, value: JsonValue) -> None:
    assert parse(text) == value


def test_not_a_number_is_understood() -> None:
    assert math.isnan(float(str(parse("NaN"))))


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "empty"),
        ("  \n // only a comment", 2, 19, "empty"),
        ('{"a": 1', 1, 8, "file ends"),
        ('{"a": ', 1, 7, "file ends"),
        ('{"a" 1}', 1, 6, "':' is missing"),
        ('{\n  "a": 1\n  "b": 2\n}', 3, 3, "',' or '}' is missing"),
        ("[1 2]", 1, 4, "',' or ']' is missing"),
        ("{a: undefined}", 1, 5, "in quotes"),
        ("{a: 1} x", 1, 8, "after the end"),
        ("{a: 'x\n'}", 1, 5, "not closed"),
        ("/* no end {}", 1, 1, "comment is not closed"),
        ("{a: 01}", 1, 5, ""),
        ("{,}", 1, 2, "key is missing"),
        ("[,]", 1, 2, "value is missing"),
        ("'\\u12'", 1, 1, "complete escape"),
        ("'\\ud800'", 1, 1, "half"),
        ("{1: 2}", 1, 2, "key is missing"),
        ("--1", 1, 1, ""),
    ],
)
def test_bad_text_is_named_with_line_and_column(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text, "some/file.json")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.message
    assert caught.value.message.startswith(f"some/file.json: line {line}, column {column}: ")


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        ("{}".encode("utf-16"), 1, 1, "UTF-16"),
        (b'{\n "a": "\0"}', 2, 8, "NUL"),
        (b"{\n\xff\xff", 2, 1, "0xFF is not UTF-8"),
        (b"\xff" * 20, 1, 1, "not UTF-8"),
    ],
)
def test_bytes_that_are_no_text_are_named(data: bytes, line: int, column: int, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        parse(data)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(Unreadable, match="at most"):
        decode(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize("opening", ["[", "{a:"])
def test_depth_is_capped_without_exhausting_the_stack(opening: str) -> None:
    with pytest.raises(Unreadable, match="nested deeper"):
        parse(opening * 10_000)


def test_a_password_without_quotes_is_not_shown() -> None:
    with pytest.raises(Unreadable) as caught:
        parse("{password: hunter2}")
    assert "hunter2" not in str(caught.value)


def test_the_deepest_allowed_text_is_read() -> None:
    assert parse("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_duplicate_keys_are_reported_and_the_last_one_counts() -> None:
    document = read("{a: {x: 1},\n b: [{y: 1, y: 2}],\n a: 3}")
    assert document.value == {"a": 3, "b": [{"y": 2}]}
    assert [(one.path, one.line, one.column) for one in document.duplicates] == [("b.0.y", 2, 13), ("a", 3, 2)]


def test_every_value_knows_its_place() -> None:
    text = "{ key : [1, 'two'] , }"
    root = read(text).root
    assert root.members is not None
    member = root.members[0]
    assert text[member.start : member.key_end] == "key"
    assert text[member.comma] == ","
    assert member.node.items is not None
    assert [text[item.start : item.end] for item in member.node.items] == ["1", "'two'"]


def test_places_count_each_kind_of_line_end_once() -> None:
    assert place("a\r\nb\rc\nd", 7) == (4, 1)


@given(JSON)
def test_everything_that_json_can_say_is_read_back(value: JsonValue) -> None:
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, indent=1, ensure_ascii=False)) == value


@given(st.text(max_size=60) | st.text(alphabet="{}[]:,'\"/*\\\n ab01.+-eux", max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        parse(text)
    except Unreadable as error:
        found = (error.line >= 1, error.column >= 1)
    else:
        found = (True, True)
    assert found == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"id": index, "name": f"model {index}", "input": ["text"]} for index in range(18_000)]),
        "//" + "x" * 1_000_000 + "\n{}",
        "/*" + "* " * 500_000 + "*/{}",
        "/**/" * 250_000 + "{}",
        '"' + "\\n" * 500_000 + '"',
    ],
    ids=["objects", "line comment", "block comment", "many comments", "escapes"],
)
def test_a_megabyte_is_read_quickly(text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 3
