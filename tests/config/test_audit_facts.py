"""What the audit is told beside the configuration: real rights, real secrets, files that are not there."""

from __future__ import annotations

from pathlib import Path

from secrets_stage import start

from clawd_desktop.config.audit import validate_secure_config
from clawd_desktop.config.audit_facts import audit_facts
from clawd_desktop.core.errors import SecretsFault, SecretsState


class Drawer:
    """A keyring with one secret, or one that is locked."""

    def __init__(self, kept: str | None) -> None:
        self._kept = kept

    async def get(self, name: str) -> str | None:
        if self._kept is None:
            raise SecretsFault("It is locked.", state=SecretsState.LOCKED)
        return self._kept

    async def set(self, name: str, value: str) -> None: ...

    async def delete(self, name: str) -> None: ...


REFERS = '{gateway: {auth: {password: "keyring:gateway.auth.password"}}}'


async def test_a_secret_is_looked_up(tmp_path: Path) -> None:
    made = await start(tmp_path, REFERS)
    known = await audit_facts(made.config, made.paths, Drawer("short"))
    assert known.secrets == {"gateway.auth.password": "short"}
    assert "short" not in repr(known)
    found = [one.id for one in validate_secure_config(made.config.config, known)]
    assert "config.gateway.password.short" in found


async def test_one_that_cannot_be_had_is_left_out(tmp_path: Path) -> None:
    made = await start(tmp_path, REFERS)
    assert (await audit_facts(made.config, made.paths, Drawer(None))).secrets == {}
    assert (await audit_facts(made.config, made.paths, None)).secrets == {}


async def test_rights_are_those_on_the_disk(tmp_path: Path) -> None:
    made = await start(tmp_path, "{}")
    made.paths.config_file.chmod(0o640)
    made.paths.state.chmod(0o750)
    known = await audit_facts(made.config, made.paths, None)
    assert known.modes == ((made.paths.config_file, 0o640),)
    assert known.state_mode == 0o750


async def test_files_of_the_certificate(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("x")
    key.chmod(0o644)
    text = f'{{gateway: {{tls: {{enabled: true, certPath: "{tmp_path}/gone.pem", keyPath: "{key}"}}}}}}'
    made = await start(tmp_path, text)
    known = await audit_facts(made.config, made.paths, None)
    assert known.missing == (tmp_path / "gone.pem",)
    assert known.key_mode == (key, 0o644)


async def test_what_was_read_is_told(tmp_path: Path) -> None:
    made = await start(tmp_path, '{gateway: {port: "x", auth: {mode: "none"}}}')
    known = await audit_facts(made.config, made.paths, None)
    assert [issue.path for issue in known.issues] == ["gateway.port"]
    assert [issue.path for issue in known.legacy] == ["gateway.auth.mode"]
    assert known.not_in_force
