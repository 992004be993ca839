"""The first configuration is valid, explained, and holds no secret."""

from __future__ import annotations

from pathlib import Path

from clawd_desktop.config.first import first_config
from clawd_desktop.config.json5 import parse
from clawd_desktop.config.pipeline import load
from clawd_desktop.config.secret_refs import plain_secrets
from clawd_desktop.core.values import as_object


def test_the_first_configuration_is_valid_and_holds_a_reference() -> None:
    text = first_config("keyring:gateway.auth.password")
    result = load(text, Path("c.json"), {}, lambda path: b"")
    assert (result.issues, result.warnings, result.legacy) == ((), (), ())
    assert result.config.gateway.auth.password == "keyring:gateway.auth.password"
    assert result.config.gateway.auth.mode == "password"
    assert result.config.agents.defaults.sandbox.mode == "non-main"
    assert plain_secrets(as_object(parse(text))) == ()
    assert text.count("//") > 8
