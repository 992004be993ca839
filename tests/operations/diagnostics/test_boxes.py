"""What can keep tools apart is really tried."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import boxes
from clawd_desktop.operations.diagnostics.boxes import Box
from clawd_desktop.operations.diagnostics.ground import Ground

GOOD, BAD = Box("bubblewrap"), Box("Docker", "it is not installed.")


@pytest.mark.parametrize(
    ("found", "mode", "level"),
    [
        ([GOOD, BAD], "non-main", Level.OK),
        ([BAD], "non-main", Level.WARNING),
        ([BAD], "off", Level.INFO),
        ([GOOD], "off", Level.OK),
    ],
)
def test_what_it_means(found: list[Box], mode: str, level: Level) -> None:
    (one,) = boxes.box_findings(found, mode, "")
    assert one.level is level
    assert (level is Level.OK) == ("can be used" in one.title)


@pytest.mark.parametrize(("text", "told"), [("0\n", True), ("1\n", False), ("", False)])
def test_namespaces(tmp_path: Path, text: str, told: bool) -> None:
    switch = tmp_path / "max_user_namespaces"
    switch.write_text(text)
    assert bool(boxes.namespaces(((switch, "0"), (tmp_path / "gone", "0")))) is told


def with_program(folder: Path, name: str, script: str) -> None:
    """A program of this name in the folder."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_programs_that_fail_hang_or_work(
    grounds: Callable[..., Ground], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(boxes, "TRY_S", 0.3)
    monkeypatch.setattr(shutil, "which", lambda name: str(programs / name) if (programs / name).exists() else None)
    ground = grounds('{agents: {defaults: {sandbox: {mode: "non-main"}}}}')
    (one,) = asyncio.run(boxes.available(ground))
    assert "bubblewrap: it is not installed." in one.description
    with_program(programs, "bwrap", "echo 'No permissions to create new namespace' >&2; exit 1")
    with_program(programs, "docker", "exec sleep 60")
    (one,) = asyncio.run(boxes.available(ground))
    assert one.level is Level.WARNING
    assert "No permissions to create new namespace" in one.description
    assert "docker: it does not answer." in one.description
    with_program(programs, "bwrap", "exit 0")
    (one,) = asyncio.run(boxes.available(ground))
    assert one.level is Level.OK


def test_this_computer_answers(ground: Ground) -> None:
    (one,) = asyncio.run(boxes.available(ground))
    assert one.id.startswith("sandbox.available")
