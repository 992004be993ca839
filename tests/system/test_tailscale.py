"""Names in a tailnet, as the program of that name tells them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.system import tailscale
from clawd_desktop.system.tailscale import names_in, tailnet_names


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (b'{"Self": {"DNSName": "Box.tail1234.ts.net."}}', ("box.tail1234.ts.net", "box")),
        (b'{"Self": {"DNSName": ""}}', ()),
        (b'{"Self": {"DNSName": 5}}', ()),
        (b'{"Self": null}', ()),
        (b"[]", ()),
        (b"", ()),
        (b"not json", ()),
    ],
)
def test_names_in_a_status(answer: bytes, names: tuple[str, ...]) -> None:
    assert names_in(answer) == names


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    file = folder / "tailscale"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


async def test_the_program_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(
        tmp_path, monkeypatch, """test "$*" = "status --json --peers=false" && echo '{"Self":{"DNSName":"a.b."}}'"""
    )
    assert await tailnet_names() == ("a.b", "a")


async def test_without_the_program_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await tailnet_names() == ()


async def test_a_program_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(tailscale, "ASK_S", 0.1)
    assert await tailnet_names() == ()


async def test_a_program_that_cannot_be_started_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tailscale").write_text("#!/no/such/interpreter\n")
    (tmp_path / "tailscale").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await tailnet_names() == ()
