"""A home as it is after some weeks: a state folder, a workspace, and a secret wherever one may stand."""

from __future__ import annotations

import json
from pathlib import Path

import apsw

from clawd_desktop.backup.ground import Ground
from clawd_desktop.config.paths import Paths
from clawd_desktop.core.clock import ManualClock

# Letters that encodings write in different ways.
CANARY = 'canary-"q\\uote/+é-0123456789'
OTHER = "canary-of-another-0123456789"
CONFIG = """{
  // What I set by hand. Once it was: token: "canary-of-another-0123456789"
  "gateway": {
    "mode": "local", /* password: canary-of-another-0123456789 */
    "auth": {"password": %s, "token": "keyring:gateway.auth.token"}, // stays
  },
  "models": {"providers": {"x": {"apiKey": %s, "baseUrl": "https://x.test/v1?key=%s",
    "headers": {"Authorization": %s}}}},
  "env": {"vars": {"OPENAI_API_KEY": "%s", "EDITOR": "vi"}},
  "channels": {"telegram": {"botToken": "canary-of-another-0123456789", 'botToken': "canary-of-another-0123456789"}},
  "$include": "parts/more.json5",
}
"""


def ground_at(home: Path) -> Ground:
    state = home / ".clawdbot"
    paths = Paths(
        state=state,
        config_file=state / "clawdbot.json",
        workspace=home / "clawd",
        logs=home / "logs",
        cache=home / "cache",
        run=state / "run",
        home=home,
        backups=home / "backups",
    )
    return Ground(
        paths,
        {"main": home / "clawd"},
        included=(state / "parts" / "more.json5",),
        backup_folders=(home / "backups",),
        clock=ManualClock(1_795_000_000_000),
    )


def put(path: Path, data: str | bytes | dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(data, dict):
        data = json.dumps(data)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def database(path: Path, rows: int = 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA journal_mode=WAL; CREATE TABLE t (x)").fetchall()
    with connection:
        connection.executemany("INSERT INTO t VALUES (?)", [(f"row {number}",) for number in range(rows)]).fetchall()
    connection.close()
    return path


def rows_of(path: Path) -> int:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        assert connection.execute("PRAGMA integrity_check").get == "ok"
        return int(connection.execute("SELECT count(*) FROM t").get)
    finally:
        connection.close()


def filled(home: Path) -> Ground:
    """All areas hold something, and everything that holds secrets holds CANARY or OTHER."""
    ground = ground_at(home)
    state, own = ground.paths.state, ground.paths.own
    quoted, escaped = json.dumps(CANARY, ensure_ascii=False), json.dumps(CANARY)
    strange = "".join(f"\\u{ord(letter):04x}" for letter in CANARY)
    config = CONFIG % (quoted, escaped, OTHER, f'"{strange}"', OTHER)
    put(ground.paths.config_file, config)
    put(state / "clawdbot.json.bak", config)
    put(state / "clawdbot.json.bak.1", "{ broken " + config)
    put(state / "config-history" / "1795000000000-0123456789abcdef.json5", config)
    put(state / "config-history" / "listened", "0123")
    put(state / "parts" / "more.json5", f"{{hooks: {{token: '{OTHER}', path: '/hooks'}}}}")
    put(state / "exec-approvals.json", {"version": 1, "socket": {"token": OTHER}, "agents": {"main": {}}})
    put(state / "credentials" / "telegram-pairing.json", {"version": 1, "requests": []})
    put(state / "credentials" / "oauth.json", {"token": CANARY})
    put(state / "credentials" / "whatsapp" / "default" / "creds.json", {"noiseKey": CANARY})
    put(state / ".env", f"KEY={OTHER}")
    put(state / "identity" / "device.json", {"privateKeyPem": CANARY})
    put(state / "devices" / "paired.json", {"d": {"tokens": {"operator": {"token": OTHER}}}})
    put(state / "gateway" / "tls" / "gateway-key.pem", OTHER)
    put(own / "vault.json", {"sealed": OTHER})
    put(own / "secrets.json", {"instance": "ab", "backend": "keyring"})
    put(state / "agents" / "main" / "agent" / "auth-profiles.json", {"profiles": {"x:d": {"key": CANARY}}})
    put(state / "agents" / "main" / "agent" / "models.json", {"providers": {"x": {"apiKey": CANARY, "n": 1}}})
    sessions = state / "agents" / "main" / "sessions"
    put(sessions / "sessions.json", {"agent:main:main": {"sessionId": "s1", "updatedAt": 1}})
    put(sessions / "s1.jsonl", '{"type":"session","id":"s1"}\n{"type":"message"}\n')
    put(state / "cron" / "jobs.json", {"version": 1, "jobs": [{"id": "j", "delivery": {"token": OTHER}}]})
    put(state / "cron" / "runs" / "j.jsonl", '{"ok":true}\n')
    put(state / "telegram" / "update-offset-default.json", {"lastUpdateId": 7})
    put(state / "skills" / "mine" / "SKILL.md", "---\nname: mine\n---\n")
    put(state / "settings" / "tts.json", {"enabled": False})
    put(state / "usage" / "2026-11.jsonl", '{"day":1}\n')
    put(state / "somebody" / "else.txt", "kept")
    put(state / "logs" / "config-audit.jsonl", "{}\n")
    put(own / "running.json", {"pid": 1})
    put(own / "metrics.sqlite.seal", "0")
    database(own / "metrics.sqlite")
    database(state / "memory" / "main.sqlite")
    workspace = home / "clawd"
    put(workspace / "MEMORY.md", "# Memory\n")
    put(workspace / "memory" / "2026-11-26.md", "Today.\n")
    put(workspace / ".env", f"TOKEN={OTHER}")
    put(workspace / ".env.example", "TOKEN=")
    (workspace / "empty").mkdir()
    (workspace / "today.md").symlink_to("memory/2026-11-26.md")
    (home / "backups").mkdir()
    return ground
