"""An installation is looked at without the application, also one whose configuration is broken."""

from __future__ import annotations

from pathlib import Path

from clawd_desktop.config.paths import find_paths
from clawd_desktop.operations.diagnostics.alone import ground_alone, own_autostart
from clawd_desktop.operations.diagnostics.doctor import Doctor


async def test_a_broken_configuration_is_a_finding(tmp_path: Path) -> None:
    paths = find_paths({}, tmp_path, tmp_path / "state")
    paths.state.mkdir(mode=0o700)
    paths.config_file.write_text("{ gateway: ")
    async with ground_alone(paths, {}) as ground:
        found = await Doctor(ground).examine()
    assert [one.id for one in found if one.category == "configuration" and one.level >= 3] == ["config.file.broken"]
    assert [one.id for one in found if one.id.endswith("unchecked")] == []


async def test_nothing_is_made_where_nothing_was(tmp_path: Path) -> None:
    paths = find_paths({}, tmp_path, tmp_path / "state")
    async with ground_alone(paths, {}) as ground:
        assert ground.status is None
        await Doctor(ground).examine()
    assert not paths.config_file.exists()


async def test_secrets_of_file_and_environment_are_hidden(tmp_path: Path) -> None:
    paths = find_paths({}, tmp_path, tmp_path / "state")
    paths.state.mkdir(mode=0o700)
    paths.config_file.write_text('{gateway: {auth: {token: "plain-canary-1234"}}}')
    async with ground_alone(paths, {"OPENAI_API_KEY": "variable-canary-1234"}) as ground:
        assert ground.redactor.clean("plain-canary-1234 variable-canary-1234") == "[hidden] [hidden]"


def test_the_login_file_is_this_copys(tmp_path: Path) -> None:
    own_autostart({}, tmp_path).enable()
    assert list(tmp_path.rglob("clawd-desktop.desktop"))
