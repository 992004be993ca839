"""Containers are known by what they leave in the file system."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.operations.diagnostics.container import container, memory_limit


@pytest.mark.parametrize(
    ("file", "text", "kind"),
    [
        (".dockerenv", "", "docker"),
        ("run/.containerenv", "", "podman"),
        ("proc/1/cgroup", "0::/kubepods/x", "kubepods"),
        ("proc/1/cgroup", "0::/init.scope", ""),
        ("etc/nothing", "", ""),
    ],
)
def test_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, kind: str) -> None:
    monkeypatch.delenv("container", raising=False)
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    assert container(tmp_path) == kind


def test_what_systemd_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("container", "lxc")
    assert container(tmp_path) == "lxc"


@pytest.mark.parametrize(("text", "limit"), [("536870912\n", 2**29), ("max\n", 0), ("9223372036854771712", 0), ("", 0)])
def test_memory(tmp_path: Path, text: str, limit: int) -> None:
    (tmp_path / "memory.max").write_text(text)
    assert memory_limit((tmp_path / "gone", tmp_path / "memory.max")) == limit


def test_no_cgroups_at_all(tmp_path: Path) -> None:
    assert memory_limit((tmp_path / "gone",)) == 0
