"""Moved secrets leave no trace in copies."""

from __future__ import annotations

import pytest

from clawd_desktop.config.json5 import parse
from clawd_desktop.config.scrub import clean_copy, comments_scrubbed, holds, scrubbed


def test_values_become_references_and_comments_a_mark() -> None:
    text = "{gateway: {auth: {password: 'hunter22'}}, // hunter22\n url: 'http://hunter22@x', hunter22: 1}"
    clean = scrubbed(text, {"hunter22"})
    assert parse(clean) == {
        "gateway": {"auth": {"password": "keyring:gateway.auth.password"}},
        "url": "http://moved-to-keyring@x",
        "hunter22": 1,
    }
    assert "// moved-to-keyring" in clean


def test_short_values_go_only_where_they_stand_alone() -> None:
    text = "{a: {password: 'abc'}, b: 'abcdef'} // abc"
    assert scrubbed(text, {"abc"}) == "{a: {password: \"keyring:a.password\"}, b: 'abcdef'} // abc"


def test_numbers_and_keys_are_left_alone() -> None:
    assert scrubbed("{port: 18789, '18789': 'x'}", {"18789"}) == "{port: 18789, '18789': 'x'}"


@pytest.mark.parametrize("data", [b"{ password: 'hunter22'", b"\xff hunter22", "x hunter22".encode("utf-16-le")])
def test_damaged_copies_are_cleaned_too(data: bytes) -> None:
    clean = clean_copy(data, {"hunter22"})
    assert b"hunter22" not in clean
    assert "hunter22".encode("utf-16-le") not in clean


def test_comments_can_be_cleaned_alone() -> None:
    text = "// hunter22\n{password: 'hunter22'}"
    assert comments_scrubbed(text, {"hunter22"}) == "// moved-to-keyring\n{password: 'hunter22'}"


def test_each_way_of_writing_is_noticed() -> None:
    assert holds(b'{"a": "x\\"y"}', {'x"y'})
    assert holds("{'a': 'é'}".encode(), {"é"})
    assert not holds(b"{}", {"", "z"})
