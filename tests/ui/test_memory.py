"""What windows remember survives; what cannot be read is forgotten without harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.ui.memory import Memory, Remembered

pytestmark = pytest.mark.qt


def test_what_is_kept_is_there_at_the_next_start(tmp_path: Path) -> None:
    Memory(tmp_path / "new").keep(theme="dark", page="chat")
    assert Memory(tmp_path / "new").now == Remembered(theme="dark", page="chat")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"theme": 7}', b"\xff\xfe"])
def test_a_broken_file_is_a_fresh_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "desktop-windows.json").write_bytes(content)
    assert Memory(tmp_path).now == Remembered()


def test_keeping_the_same_writes_nothing(tmp_path: Path) -> None:
    Memory(tmp_path / "none").keep(theme="system")
    assert not (tmp_path / "none").exists()
