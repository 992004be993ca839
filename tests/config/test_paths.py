"""Folders and files are found where Clawdbot, Moltbot and OpenClaw keep them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from clawd_desktop.config.paths import find_paths, resource
from clawd_desktop.core.errors import NotFound


@pytest.mark.parametrize(
    ("existing", "environ", "state", "config"),
    [
        ([], {}, ".clawdbot", ".clawdbot/clawdbot.json"),
        ([".moltbot/x"], {}, ".moltbot", ".moltbot/clawdbot.json"),
        ([".openclaw/openclaw.json"], {}, ".openclaw", ".openclaw/openclaw.json"),
        ([".moltbot/moltbot.json", ".clawdbot/clawdbot.json"], {}, ".clawdbot", ".moltbot/moltbot.json"),
        ([".clawdbot/moltbot.json", ".clawdbot/clawdbot.json"], {}, ".clawdbot", ".clawdbot/moltbot.json"),
        ([".clawdbot/clawdbot.json"], {"CLAWDBOT_STATE_DIR": "~/s"}, "s", "s/clawdbot.json"),
        ([".clawdbot/clawdbot.json"], {"CLAWDBOT_CONFIG_PATH": "~/c.json"}, ".clawdbot", "c.json"),
        (["s/openclaw.json"], {"OPENCLAW_STATE_DIR": "~/s"}, "s", "s/openclaw.json"),
        ([], {"MOLTBOT_STATE_DIR": "~/m", "CLAWDBOT_STATE_DIR": "~/c"}, "m", "m/clawdbot.json"),
        ([], {"MOLTBOT_STATE_DIR": " ", "CLAWDBOT_STATE_DIR": "~/c"}, "c", "c/clawdbot.json"),
    ],
)
def test_the_search_order_is_clawdbots(
    tmp_path: Path, existing: list[str], environ: Mapping[str, str], state: str, config: str
) -> None:
    for name in existing:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    paths = find_paths(environ, tmp_path)
    assert (paths.state, paths.config_file) == (tmp_path / state, tmp_path / config)


def test_an_own_folder_holds_everything(tmp_path: Path) -> None:
    environ = {"CLAWDBOT_STATE_DIR": "/other", "CLAWDBOT_CONFIG_PATH": "/other/c.json"}
    paths = find_paths(environ, tmp_path, tmp_path / "own")
    everything = (paths.config_file, paths.workspace, paths.logs, paths.cache, paths.run)
    assert [path for path in everything if not path.is_relative_to(tmp_path / "own")] == []


@pytest.mark.parametrize(
    ("environ", "data_dir", "place"),
    [
        ({}, None, ".clawdbot"),
        ({"CLAWDBOT_STATE_DIR": "~/s"}, None, ".clawdbot"),
        ({"CLAWDBOT_STATE_DIR": "~/s"}, "own", "own"),
    ],
)
def test_allowed_commands_lie_where_clawdbots_own_programs_look(
    tmp_path: Path, environ: Mapping[str, str], data_dir: str | None, place: str
) -> None:
    paths = find_paths(environ, tmp_path, tmp_path / data_dir if data_dir else None)
    assert paths.exec_approvals == tmp_path / place / "exec-approvals.json"


def test_caches_and_logs_of_the_usual_folder_go_where_the_system_wants_them(home: Path) -> None:
    paths = find_paths({}, home)
    assert paths.workspace == home / "clawd"
    for path in (paths.logs, paths.cache):
        assert path.is_relative_to(home)
        assert not path.is_relative_to(paths.state)


def test_the_runtime_folder_of_the_session_is_used_when_it_is_there(tmp_path: Path) -> None:
    assert find_paths({"XDG_RUNTIME_DIR": str(tmp_path)}, tmp_path).run == tmp_path / "clawd-desktop"
    assert find_paths({"XDG_RUNTIME_DIR": str(tmp_path / "gone")}, tmp_path).run == tmp_path / ".clawdbot" / "run"


def test_relative_folders_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_paths({}, tmp_path, Path("here")).state == tmp_path / "here"


@pytest.mark.parametrize(("text", "path"), [("~", "."), ("~/a/b", "a/b"), ("logs", ".clawdbot/logs")])
def test_paths_of_people_are_understood(tmp_path: Path, text: str, path: str) -> None:
    assert find_paths({}, tmp_path).user(text) == tmp_path / path


def test_resources_are_found_or_named() -> None:
    assert resource(".").is_dir()
    with pytest.raises(NotFound, match="nothing-of-that-name"):
        resource("nothing-of-that-name")
