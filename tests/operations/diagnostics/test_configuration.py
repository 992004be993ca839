"""The audit as a check, and repairs that go through the configuration's own store with its history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Unavailable
from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import configuration
from clawd_desktop.operations.diagnostics.ground import Ground

Grounds = Callable[..., Ground]
OPEN = """{
  // my own words
  gateway: { bind: "lan", auth: { password: "hunter2-secret" } },
  agents: { defaults: { sandbox: { mode: "off" } } },
}
"""


def ids(ground: Ground) -> list[str]:
    return [one.id for one in asyncio.run(configuration.audit(ground))]


def mend(ground: Ground, finding: str, dry_run: bool = False) -> str:
    return asyncio.run(configuration.mend(ground, finding, dry_run)).text


def test_what_is_wrong_is_found(grounds: Grounds) -> None:
    found = ids(grounds(OPEN))
    assert {"config.gateway.open.plain", "config.sandbox.mode", "config.secrets.plain"} <= set(found)


def test_where_there_is_no_configuration_yet_nothing_is_wrong(ground: Ground) -> None:
    assert ids(ground) == []


def test_a_dry_run_shows_the_difference_without_secrets(grounds: Grounds) -> None:
    ground = grounds(OPEN)
    shown = mend(ground, "config.sandbox.mode", dry_run=True)
    assert '+  agents: { defaults: { sandbox: { mode: "non-main" } } },' in shown
    assert '-  agents: { defaults: { sandbox: { mode: "off" } } },' in shown
    assert "hunter2-secret" not in shown
    assert ground.paths.config_file.read_text() == OPEN


def test_a_repair_keeps_comments_and_the_old_text(grounds: Grounds) -> None:
    ground = grounds(OPEN)
    mend(ground, "config.sandbox.mode")
    text = ground.paths.config_file.read_text()
    assert "// my own words" in text
    assert 'mode: "non-main"' in text
    assert "config.sandbox.mode" not in ids(ground)
    kept = [version.path.read_text() for version in ground.config.history.versions()]
    assert OPEN in kept


def test_what_a_person_must_decide_is_not_done(grounds: Grounds) -> None:
    ground = grounds('{gateway: {trustedProxies: ["10.0.0.0/8"]}}')
    with pytest.raises(BadInput, match="a person must decide"):
        mend(ground, "config.gateway.proxies.wide")
    with pytest.raises(NotFound):
        mend(ground, "config.nothing")


def test_what_stands_in_an_included_file_is_said(grounds: Grounds, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    part = tmp_path / "state" / "part.json5"
    part.write_text('{update: {channel: "dev"}, canvasHost: {root: "/etc"}}')
    part.chmod(0o600)
    ground = grounds('{$include: "part.json5"}')
    mend(ground, "config.update.channel")
    assert "config.update.channel" not in ids(ground), "the main file wins"
    with pytest.raises(Unavailable, match="still so"):
        mend(ground, "config.canvas.folder")


def test_plain_secrets_are_moved_not_just_replaced(grounds: Grounds, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    ground = grounds(OPEN, CLAWD_SECRETS_FILE=str(file))
    assert mend(ground, "config.secrets.plain") == "1 secrets were moved to the keyring."
    assert "hunter2-secret" in file.read_text()
    everywhere = [path for path in ground.paths.state.rglob("*") if path.is_file()]
    assert not [path for path in everywhere if b"hunter2-secret" in path.read_bytes()]


def test_a_file_that_changed_underneath_is_not_overwritten(grounds: Grounds) -> None:
    ground = grounds(OPEN)
    ground.paths.config_file.write_text(OPEN.replace("lan", "tailnet"))
    with pytest.raises(ClawdError, match="changed on disk"):
        mend(ground, "config.sandbox.mode")
    assert "tailnet" in ground.paths.config_file.read_text()


def test_a_broken_file_is_an_error_that_names_the_place(grounds: Grounds) -> None:
    ground = grounds("{gateway: {port: }}")
    found = {one.id: one for one in asyncio.run(configuration.audit(ground))}
    assert found["config.file.broken"].level is Level.ERROR
    assert "line 1" in found["config.file.broken"].description
