"""Every path of the state folder belongs somewhere, by the first row that claims it."""

from __future__ import annotations

import pytest

from clawd_desktop.backup import areas
from clawd_desktop.backup.areas import AREAS, placed, placed_in_workspace


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("clawdbot.json", "config"),
        ("moltbot.json.bak.3", "config"),
        ("config-history", "config"),
        ("config-history/1-2.json5", "config"),
        ("exec-approvals.json", "approvals"),
        ("credentials/telegram-pairing.json", "approvals"),
        ("credentials/telegram-allowFrom.json", "approvals"),
        ("credentials", "secrets"),
        ("credentials/whatsapp/default/creds.json", "secrets"),
        ("agents/main/agent/auth-profiles.json", "secrets"),
        ("agents/main/agent/auth-profiles.json.bak", "secrets"),
        (".env", "secrets"),
        ("skills/x/.env", "secrets"),
        ("skills/x/.env.example", "skills"),
        ("identity/device.json", "secrets"),
        ("devices/paired.json", "secrets"),
        ("gateway/tls/gateway-key.pem", "secrets"),
        ("clawd-desktop/vault.previous.json", "secrets"),
        ("agents", "agents"),
        ("agents/main", "agents"),
        ("agents/main/agent/models.json", "agents"),
        ("agents/main/sessions", "sessions"),
        ("agents/main/sessions/a.jsonl.deleted.2026", "sessions"),
        ("memory/main.sqlite", "memory"),
        ("cron/jobs.json", "automation"),
        ("clawd-desktop/system-events.json", "automation"),
        ("telegram/update-offset-default.json", "channels"),
        ("skills/yarn.lock", "skills"),
        ("settings/tts.json", "settings"),
        ("clawd-desktop/metrics.sqlite-wal", "measurements"),
        ("clawd-desktop", "other"),
        ("canvas/index.html", "other"),
        ("with\nline", "other"),
        ("\udcff", "other"),
    ],
)
def test_a_path_belongs_to_the_first_area_that_claims_it(path: str, area: str) -> None:
    assert placed(path) == areas.Placed(area)


@pytest.mark.parametrize(
    "path",
    [
        "logs", "logs/x.jsonl", "cache/x", "run", "clawd-desktop.lock", "agents/main/sessions/sessions.json.lock",
        "agents/main/sessions/.sessions.json.12.ab.new", "clawd-desktop/metrics.sqlite.seal", "x/y.sock",
        "clawd-desktop/snapshots/a.copy", "clawd-desktop/secrets.json", "skills/.DS_Store", "config-history/listened",
        "browser/clawd/user-data/Default/Cache/x", "sessions.json.1.2.tmp",
        "clawd-desktop/backup-places.json", "clawd-desktop/backup-plan.json",
    ],
)  # fmt: skip
def test_what_is_left_out_has_a_reason(path: str) -> None:
    assert not placed(path).area
    assert placed(path).reason.endswith(".")


def test_a_workspace_keeps_all_but_litter() -> None:
    assert not placed_in_workspace("workspace-main", "logs/yarn.lock").reason
    assert placed_in_workspace("workspace-main", "a/.DS_Store").reason
    hidden = [path for path in (".env", "a/.env.local", ".env.example", "key.pem", "x/.netrc", "id_rsa", "env")
              if areas.holds_secrets("workspace-main", path)]  # fmt: skip
    assert hidden == [".env", "a/.env.local", "x/.netrc", "id_rsa"]


def test_rows_are_for_people_too() -> None:
    assert len({area.name for area in AREAS}) == len(AREAS)
    for area in AREAS:
        assert area.title
        assert area.holds.endswith(".")
        assert not area.warning or area.warning.endswith((".", "through it."))
    assert areas.title_of("workspace-kid") == "Workspace of kid"
    assert areas.title_of("config") == "Configuration"
    with pytest.raises(KeyError):
        areas.area_of("nowhere")


def test_a_folder_of_secrets_is_entered_when_something_else_lies_in_it() -> None:
    assert not areas.only_secrets_below("credentials")
    assert areas.only_secrets_below("identity")
