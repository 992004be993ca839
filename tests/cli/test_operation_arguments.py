"""What can be asked of backups on the command line; the other commands stand in test_arguments and with themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.cli.arguments import Arguments, parse


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("backup list", Arguments(command="backup", action="list")),
        ("backup list --json", Arguments(command="backup", action="list", json=True)),
        ("backup create", Arguments(command="backup", action="create")),
        (
            "backup create --note x --area config --area sessions --to /b --passphrase-file /p",
            Arguments(
                command="backup", action="create", note="x", only=("config", "sessions"), out=Path("/b"),
                passphrase_file=Path("/p"),
            ),
        ),
        ("backup list --remote", Arguments(command="backup", action="list", remote=True)),
        ("backup export 0a1b", Arguments(command="backup", action="export", target="0a1b")),
        (
            "backup export 0a1b /b/x --passphrase-file /p --open-with /o",
            Arguments(
                command="backup", action="export", target="0a1b", out=Path("/b/x"), passphrase_file=Path("/p"),
                opens=Path("/o"),
            ),
        ),
        ("backup verify 0a1b", Arguments(command="backup", action="verify", target="0a1b")),
        (
            "backup show /b/x.tar.zst.age --passphrase-file /p --timeout 3",
            Arguments(
                command="backup", action="show", target="/b/x.tar.zst.age", passphrase_file=Path("/p"), timeout_s=3.0
            ),
        ),
        ("backup prune --dry-run", Arguments(command="backup", action="prune", dry_run=True)),
        ("restore b --dry-run --area config", Arguments(command="restore", target="b", dry_run=True, only=("config",))),
        (
            "restore b --yes --file workspace-main/a/b.md --file sessions/x --url ws://127.0.0.1:1 --json",
            Arguments(
                command="restore", target="b", yes=True, files=("workspace-main/a/b.md", "sessions/x"),
                url="ws://127.0.0.1:1", json=True,
            ),
        ),
        ("restore --undo", Arguments(command="restore", action="undo")),
        ("restore --undo r1", Arguments(command="restore", action="undo", target="r1")),
        ("restore --list", Arguments(command="restore", action="list")),
        ("services restart x", Arguments(command="services", action="restart", target="x")),
        ("doctor --fix --only storage", Arguments(command="doctor", fix=True, only=("storage",))),
    ],
)  # fmt: skip
def test_what_was_typed_is_understood(line: str, expected: Arguments) -> None:
    assert parse(line.split()) == expected


@pytest.mark.parametrize(
    "line",
    [
        "backup",
        "backup verify",
        "backup show",
        "backup paint",
        "backup create --passphrase x",
        "backup prune x",
        "restore b --passphrase x",
        "restore b --file config",
        "restore b --file /x",
        "restore b --file config/",
    ],
)
def test_what_is_wrong(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(line.split())
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
