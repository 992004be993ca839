"""What checks stand on: who owns the folder, where the workspace is, whether there is a screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from status_stage import FakeStatus

from clawd_desktop.core.safeio import LOCK
from clawd_desktop.operations.diagnostics.ground import Ground

Grounds = Callable[..., Ground]


def test_nobody_owns_a_folder_that_was_never_used(ground: Ground) -> None:
    assert ground.owner() is None
    assert not (ground.paths.state / LOCK).exists(), "asking makes no lock"


def test_who_runs_here_is_this_process(ground: Ground) -> None:
    assert replace(ground, status=FakeStatus()).owner() == os.getpid()


def test_a_lock_that_nobody_holds(ground: Ground) -> None:
    (ground.paths.state / LOCK).write_text("4711\n")
    assert ground.owner() is None


def test_screen_port_and_workspace(grounds: Grounds) -> None:
    ground = grounds('{gateway: {port: 18795}, agents: {defaults: {workspace: "~/work"}}}')
    assert (ground.port, ground.workspace) == (18795, ground.paths.home / "work")
    assert ground.headless
    assert not grounds(WAYLAND_DISPLAY="wayland-0").headless


def test_secrets_of_the_environment_are_not_part_of_its_words(grounds: Grounds) -> None:
    assert "hunter2" not in repr(grounds(CLAWDBOT_GATEWAY_PASSWORD="hunter2"))
    assert isinstance(grounds().program, Path)
