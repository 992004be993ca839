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
        ("devices list --json", Arguments(command="devices", action="list", json=True)),
        ("serve --safe-mode", Arguments(command="serve", safe_mode=True)),
        ("--safe-mode", Arguments(safe_mode=True)),
        ("app --safe-mode --show chat", Arguments(safe_mode=True, show="chat")),
        ("services --json", Arguments(command="services", json=True)),
        ("services restart gateway", Arguments(command="services", action="restart", target="gateway")),
        ("devices approve", Arguments(command="devices", action="approve")),
        ("devices approve r1", Arguments(command="devices", action="approve", target="r1")),
        ("devices reject r1 --timeout 2", Arguments(command="devices", action="reject", target="r1", timeout_s=2.0)),
        (
            "devices rotate d1 --role node --scope a --scope b",
            Arguments(command="devices", action="rotate", target="d1", role="node", scopes=("a", "b")),
        ),
        ("devices revoke d1 --port 19000", Arguments(command="devices", action="revoke", target="d1", port=19_000)),
        ("nodes list", Arguments(command="nodes", action="list")),
        ("nodes describe Attic", Arguments(command="nodes", action="describe", target="Attic")),
        (
            'nodes invoke n1 system.which --params {"bins":[]}',
            Arguments(command="nodes", action="invoke", target="n1", method="system.which", params={"bins": []}),
        ),
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
        ("devices", "ACTION"),
        ("devices paint", "invalid choice: 'paint'"),
        ("devices reject", "REQUEST_ID"),
        ("devices revoke", "DEVICE_ID"),
        ("devices rotate d1 --token x", "unrecognized arguments: --token"),
        ("nodes invoke n1", "COMMAND"),
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
    assert all(f"\n    {name} " in said for name in ("serve", "status", "call", "chat", "devices", "nodes", "quit"))
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
