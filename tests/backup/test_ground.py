"""Where areas lie on this computer, also when the configuration, the approvals or a workspace lie elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from backup_stage import ground_at

from clawd_desktop.backup.ground import by_nobody, workspaces_of
from clawd_desktop.config.schema import Config


def test_a_path_of_an_area_has_its_place(tmp_path: Path) -> None:
    ground = ground_at(tmp_path)
    state = tmp_path / ".clawdbot"
    assert ground.locate("sessions", "agents/main/sessions/a.jsonl") == state / "agents/main/sessions/a.jsonl"
    assert ground.locate("workspace-main", "a") == tmp_path / "clawd" / "a"
    assert ground.locate("approvals", "exec-approvals.json") == state / "exec-approvals.json"
    with pytest.raises(KeyError):
        ground.locate("workspace-nobody", "a")


def test_what_lies_elsewhere_is_found_there(tmp_path: Path) -> None:
    ground = ground_at(tmp_path)
    elsewhere = replace(ground.paths, state=tmp_path / "state", config_file=tmp_path / "etc" / "my.json5")
    ground = replace(ground, paths=elsewhere)
    assert ground.locate("config", "my.json5") == tmp_path / "etc" / "my.json5"
    assert ground.locate("config", "config-history/1.json5") == tmp_path / "state" / "config-history" / "1.json5"
    assert ground.locate("approvals", "exec-approvals.json") == tmp_path / ".clawdbot" / "exec-approvals.json"
    assert ground.locate("approvals", "credentials/x-pairing.json").parent == tmp_path / "state" / "credentials"


def test_agents_that_share_a_folder_have_one_area(tmp_path: Path) -> None:
    config = Config.model_validate(
        {
            "agents": {
                "defaults": {"workspace": "~/clawd"},
                "list": [
                    {"id": "Kid", "workspace": "~/kid"},
                    {"id": "boss", "default": True},
                    {"id": "twin", "workspace": "~/clawd"},
                ],
            }
        }
    )
    found = workspaces_of(config, ground_at(tmp_path).paths)
    assert found == {"boss": tmp_path / "clawd", "kid": tmp_path / "kid"}
    assert not by_nobody(tmp_path, tmp_path)
