"""Files that cannot be trusted are refused with a reason."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from clawd_desktop.config.disk import distrust, fingerprint, read_bytes, stamp
from clawd_desktop.core.errors import NotFound, Unreadable


def facts(user: int, mode: int) -> os.stat_result:
    return os.stat_result((0o100000 | mode, 1, 1, 1, user, 0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("owner", "mode", "user", "words"),
    [
        (1000, 0o600, 1000, ""),
        (1000, 0o664, 1000, ""),
        (0, 0o644, 1000, ""),
        (1001, 0o600, 1000, "another user"),
        (1001, 0o600, 0, ""),
        (1000, 0o606, 1000, "every user"),
        (1001, 0o666, 0, "every user"),
    ],
)
def test_f03_files_of_others_are_not_trusted(owner: int, mode: int, user: int, words: str) -> None:
    reason = distrust(facts(owner, mode), user)
    assert words in reason
    assert bool(reason) == bool(words)


def test_reading_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    with pytest.raises(NotFound):
        read_bytes(file)
    file.write_bytes(b"{}")
    file.chmod(0o602)
    with pytest.raises(Unreadable, match="chmod 600"):
        read_bytes(file)
    file.chmod(0o600)
    assert read_bytes(file) == b"{}"


def test_fingerprints_are_sha256() -> None:
    assert fingerprint(None) == fingerprint(b"") == hashlib.sha256(b"").hexdigest()
    assert fingerprint(b"x") == hashlib.sha256(b"x").hexdigest()


def test_stamps_differ_when_files_do(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    stamps = [stamp((file,))]
    for text in ("a", "bb"):
        file.write_text(text)
        stamps.append(stamp((file,)))
    assert len(set(stamps)) == 3
    assert stamp((file, tmp_path / "a\0b"))[1] == (0, -1, 0)
