"""The environment and a private file give secrets to a headless gateway."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clawd_desktop.core.errors import SecretsFault, SecretsState, StorageFault
from clawd_desktop.system.secrets_file import SecretsFile, from_environment


@pytest.mark.parametrize(
    ("environ", "name", "value"),
    [
        ({"CLAWDBOT_GATEWAY_PASSWORD": "p"}, "gateway.auth.password", "p"),
        ({"MOLTBOT_GATEWAY_PASSWORD": "p"}, "gateway.auth.password", "p"),
        ({"OPENCLAW_GATEWAY_TOKEN": "t"}, "gateway.auth.token", "t"),
        ({"OPENCLAW_GATEWAY_TOKEN": "t"}, "gateway.auth.password", None),
        ({"CLAWDBOT_GATEWAY_PASSWORD": "1", "OPENCLAW_GATEWAY_PASSWORD": "2"}, "gateway.auth.password", "1"),
        ({"CLAWDBOT_GATEWAY_PASSWORD": " ", "OPENCLAW_GATEWAY_PASSWORD": "2"}, "gateway.auth.password", "2"),
        ({}, "gateway.auth.password", None),
        ({"CLAWDBOT_GATEWAY_PASSWORD": "p"}, "channels.telegram.botToken", None),
    ],
)
def test_variables_of_all_three_names_are_honoured(environ: dict[str, str], name: str, value: str | None) -> None:
    assert from_environment(environ, name) == value


def private(path: Path, text: str, mode: int = 0o600) -> SecretsFile:
    path.write_text(text)
    path.chmod(mode)
    return SecretsFile(path)


def test_a_missing_file_holds_nothing_and_is_made_private_when_something_is_stored(tmp_path: Path) -> None:
    file = SecretsFile(tmp_path / "secrets.json")
    assert not file.is_locked()
    assert file.read("a") is None
    file.write("a", "é\n")
    file.write("b", "2")
    file.delete("b")
    file.delete("b")
    assert json.loads((tmp_path / "secrets.json").read_text()) == {"a": "é\n"}
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert "not encrypted" in file.remark


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666, 0o660])
def test_a_file_that_others_may_read_is_refused_with_the_command_that_helps(tmp_path: Path, mode: int) -> None:
    file = private(tmp_path / "s.json", "{}", mode)
    with pytest.raises(SecretsFault) as caught:
        file.read("a")
    assert caught.value.hint == f"Type: chmod 600 '{tmp_path}/s.json'"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    file = private(tmp_path / "s.json", "{}")
    os.chown(tmp_path / "s.json", 12345, 12345)
    with pytest.raises(SecretsFault) as caught:
        file.is_locked()
    assert "another user" in caught.value.message


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"a": 1}', '{"a": {"b": "c"}}', "[" * 100_000])
def test_a_file_that_cannot_be_understood_is_not_written_over(tmp_path: Path, text: str) -> None:
    file = private(tmp_path / "s.json", text)
    with pytest.raises(SecretsFault) as caught:
        file.write("a", "p")
    assert caught.value.state is SecretsState.BROKEN
    assert (tmp_path / "s.json").read_text() == text


def test_a_folder_in_its_place_is_explained(tmp_path: Path) -> None:
    (tmp_path / "s.json").mkdir()
    with pytest.raises(SecretsFault):
        SecretsFile(tmp_path / "s.json").read("a")


def test_a_folder_that_is_not_there_is_explained(tmp_path: Path) -> None:
    with pytest.raises(StorageFault):
        SecretsFile(tmp_path / "none/s.json").write("a", "p")
