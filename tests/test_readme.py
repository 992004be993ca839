"""The README is true: its map is the code, its pictures and links exist, its commands are understood."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from file_map import with_map

from clawd_desktop import __version__
from clawd_desktop.cli.arguments import parse

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_file_map_is_what_the_modules_say() -> None:
    assert with_map(README) == README, "run: python tests/file_map.py"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", README))))
def test_pictures_and_links_exist(target: tuple[str, str]) -> None:
    assert (ROOT / (target[0] or target[1])).exists()


@pytest.mark.parametrize("line", sorted(set(re.findall(r"^clawd-desktop( [^\n#]*)?(?:#.*)?$", README, re.M))))
def test_the_commands_that_it_shows_are_understood(line: str) -> None:
    import shlex

    assert parse(shlex.split(line)).command


def test_the_changelog_knows_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_figures_are_those_that_were_measured() -> None:
    measured = (ROOT / "tests/bench/results/figures.md").read_text(encoding="utf-8").split("\n\n", 1)[1].strip()
    assert measured in README
