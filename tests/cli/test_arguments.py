"""The command line is understood, and nothing secret can be typed into it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clawd_desktop.cli.arguments import Arguments, parse


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Arguments()),
        ("--show chat", Arguments(show="chat")),
        ("app --show chat", Arguments(show="chat")),
        ("serve --port 19000", Arguments(command="serve", port=19_000)),
        ("--port 19000 serve", Arguments(command="serve", port=19_000)),
        ("--data-dir /d status --json", Arguments(command="status", data_dir=Path("/d"), json=True)),
        ("call health", Arguments(command="call", method="health")),
        (
            'call chat.history --params {"limit":2}',
            Arguments(command="call", method="chat.history", params={"limit": 2}),
        ),
        ("call health --timeout 2.5", Arguments(command="call", method="health", timeout_s=2.5)),
        ("chat", Arguments(command="chat")),
        ("chat hi --session work", Arguments(command="chat", message="hi", session="work")),
        ("chat how are you", Arguments(command="chat", message="how are you")),
        ("chat -", Arguments(command="chat", message="-")),
        ("status --url http://127.0.0.1:1", Arguments(command="status", url="ws://127.0.0.1:1")),
        ("status --url wss://far.example", Arguments(command="status", url="wss://far.example")),
        ("status --password-file /p", Arguments(command="status", password_file=Path("/p"))),
        ("quit", Arguments(command="quit")),
        ("version --json", Arguments(command="version", json=True)),
    ],
)
def test_what_was_typed_is_understood(line: str, expected: Arguments) -> None:
    assert parse(line.split()) == expected


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nonsense", "invalid choice: 'nonsense'"),
        ("--nonsense", "unrecognized arguments: --nonsense"),
        ("serve --port 0", "ports are 1 to 65535"),
        ("serve --port ²", "ports are 1 to 65535"),
        ("serve --port 65536", "ports are 1 to 65535"),
        ("status --timeout 0", "no number of seconds"),
        ("status --timeout nan", "no number of seconds"),
        ("status --timeout x", "no number of seconds"),
        ("status --url ftp://x", "no address such as ws://"),
        ("status --url ws://", "no address such as ws://"),
        ("call", "METHOD"),
        ("call x --params [1]", "a JSON object"),
        ("call x --params {", "not JSON"),
        ("status --password secret", "unrecognized arguments: --password"),
        ("status --token secret", "unrecognized arguments: --token"),
        ("--data-dir= serve", "the path is empty"),
    ],
)
def test_what_cannot_be_understood_is_said(line: str, complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(line.split(" "))
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err


def test_help_tells_commands_exit_codes_and_where_secrets_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(f"\n    {name} " in said for name in ("serve", "status", "call", "chat", "quit", "version"))
    assert "exit codes:" in said
    assert "\n  3    no gateway answers" in said
    assert "CLAWDBOT_GATEWAY_PASSWORD" in said


def test_folders_are_made_absolute_where_they_were_typed(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.chdir(home)
    assert parse(["--data-dir", "x", "serve"]).data_dir == home / "x"
    assert parse(["--data-dir", "~/x", "serve"]).data_dir == home / "x"


def test_understanding_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys; from clawd_desktop.cli.arguments import parse; parse([]); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"asyncio", "aiohttp", "pydantic", "orjson", "PySide6"} & set(loaded) == set()
