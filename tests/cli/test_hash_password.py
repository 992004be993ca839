"""The hash of a password: right for the configuration, never the same twice, and weak passwords are told."""

from __future__ import annotations

import io

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from clawd_desktop.cli import hash_password
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.hash_password import hashed
from clawd_desktop.config.password_hash import problem
from clawd_desktop.core.errors import BadInput


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return False


async def run(keyboard: io.StringIO) -> tuple[Exit, str, str]:
    out, errors = Screen(), Screen()
    code = await hash_password.run(Console(out, errors, {}), keyboard)
    return code, out.getvalue(), errors.getvalue()


async def test_one_line_of_standard_input_is_hashed() -> None:
    code, out, errors = await run(io.StringIO("zanzibar-mule-42-velvet\r\nnot this\n"))
    assert (code, errors) == (Exit.OK, "")
    assert problem(out.strip()) == ""
    Argon2id.verify_phc_encoded(b"zanzibar-mule-42-velvet", out.strip())


async def test_a_weak_one_is_told_and_hashed_all_the_same() -> None:
    code, out, errors = await run(io.StringIO("short\n"))
    assert (code, problem(out.strip())) == (Exit.OK, "")
    assert "has fewer than 12 characters" in errors


@pytest.mark.parametrize("text", ["", "\n", "   \n"])
async def test_no_password_is_an_error(text: str) -> None:
    with pytest.raises(BadInput, match="no password"):
        await run(io.StringIO(text))


@pytest.mark.parametrize(("second", "fits"), [("zanzibar-mule-42-velvet", True), ("zanzibar-mule-42-velvot", False)])
async def test_at_a_terminal_it_is_asked_twice(second: str, fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(("zanzibar-mule-42-velvet", second))
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    if fits:
        assert problem((await run(Terminal()))[1].strip()) == ""
    else:
        with pytest.raises(BadInput, match="not the same"):
            await run(Terminal())


def test_each_hash_has_its_own_salt() -> None:
    assert hashed("same") != hashed("same")
