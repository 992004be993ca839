"""Each word of the command line becomes a value, or a sentence that says what it should have been."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from clawd_desktop.cli import argument_types as types


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (types.path, "a/../b", Path.cwd() / "b"),
        (types.port, "65535", 65535),
        (types.count, "100000", 100_000),
        (types.seconds, "0.5", 0.5),
        (types.ago, "1.5H", 5400.0),
        (types.ago, "30d", 30 * 86_400.0),
        (types.url, "https://host", "wss://host"),
        (types.area_path, "workspace-main/a/b/", "workspace-main/a/b"),
        (types.params, '{"a": [1]}', {"a": [1]}),
    ],
)
def test_good_words(kind: Callable[[str], object], text: str, value: object) -> None:
    assert kind(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (types.path, ""), (types.port, "0"), (types.port, "x"), (types.count, "-1"), (types.seconds, "nan"),
        (types.seconds, "86401"), (types.seconds, "soon"), (types.ago, "1"), (types.ago, ""), (types.ago, "xh"),
        (types.url, "ws://"), (types.url, "ftp://x"), (types.params, "[1]"), (types.params, "{"),
    ],
)  # fmt: skip
def test_bad_words(kind: Callable[[str], object], text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"."):
        kind(text)


def test_the_home_folder_may_be_written_short() -> None:
    assert types.path("~/x") == Path.home() / "x"
