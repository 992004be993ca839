"""The audit as a whole: the lesson's four checks, enough of the others, and a template without a warning."""

from __future__ import annotations

import json

import pytest
from audit_stage import PATHS, STRONG, found, subject

from clawd_desktop.config.audit import BY_ID, CHECKS, patch_of, secure_template, validate_secure_config
from clawd_desktop.config.audit_check import AuditFacts
from clawd_desktop.config.first import first_config
from clawd_desktop.config.json5 import read
from clawd_desktop.config.schema import Config
from clawd_desktop.config.schema.check import checked
from clawd_desktop.config.secret_refs import plain_secrets
from clawd_desktop.core.findings import Level
from clawd_desktop.core.values import as_object


def test_there_are_many_checks_each_with_a_name_of_its_own() -> None:
    assert len(CHECKS) >= 40
    assert len(BY_ID) == len(CHECKS)
    for check in CHECKS:
        assert check.id.startswith("config.")
        assert check.title
        assert check.title[0].isupper()
        assert check.recommendation.endswith(".") or "openssl" in check.recommendation
        assert bool(check.repair) == (check.patch is not None), check.id


@pytest.mark.parametrize(
    ("raw", "level", "title"),
    [
        ({"gateway": {"auth": {"mode": "none"}}}, Level.ERROR, "Gateway authentication is disabled"),
        ({"gateway": {"auth": {"password": "short"}}}, Level.WARNING, "Gateway password is too short"),
        ({}, Level.WARNING, "Sandbox mode is not enabled for non-main sessions"),
        (
            {"channels": {"whatsapp": {"allowFrom": ["*"], "dmPolicy": "open"}}},
            Level.WARNING,
            "WhatsApp DM policy is not set to pairing",
        ),
    ],
)
def test_the_four_of_the_lesson(raw: dict[str, object], level: Level, title: str) -> None:
    looked_at = subject(raw)  # type: ignore[arg-type]
    findings = validate_secure_config(looked_at.config, looked_at.facts)
    assert (level, title) in [(finding.level, finding.title) for finding in findings]


def test_the_template_is_valid_and_no_check_finds_anything() -> None:
    template = secure_template()
    result = checked(template)
    assert (result.issues, result.warnings) == ((), ())
    assert validate_secure_config(result.config, AuditFacts(parsed=template, paths=PATHS)) == ()
    assert plain_secrets(template) == ()
    assert json.loads(json.dumps(template)) == template


def test_the_first_configuration_has_no_warning() -> None:
    text = first_config("keyring:gateway.auth.password")
    looked_at = subject(as_object(read(text, "x").value), secrets={"gateway.auth.password": STRONG})
    findings = validate_secure_config(looked_at.config, looked_at.facts)
    assert [finding.id for finding in findings if finding.level >= Level.WARNING] == []


def test_the_worst_stands_first() -> None:
    levels = [finding.level for finding in validate_secure_config(subject({"gateway": {"bind": "lan"}}).config)]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] is Level.ERROR


def test_a_configuration_alone_is_enough() -> None:
    assert "config.sandbox.mode" in [finding.id for finding in validate_secure_config(Config())]


def test_who_asks_for_the_change_of_another_check_gets_none() -> None:
    assert patch_of("config.gateway.password.weak", subject({})) == {}
    with pytest.raises(KeyError):
        patch_of("config.nothing", subject({}))


def test_what_is_set_for_several_at_once_is_mended_for_all() -> None:
    raw = {"channels": {name: {"allowFrom": ["*"], "dmPolicy": "open"} for name in ("telegram", "discord")}}
    finding = found("config.channels.open", raw)  # type: ignore[arg-type]
    assert finding is not None
    assert finding.description == "channels.telegram, channels.discord."
    patch = patch_of("config.channels.open", subject(raw))  # type: ignore[arg-type]
    assert patch == {"channels": {"telegram": {"dmPolicy": "pairing"}, "discord": {"dmPolicy": "pairing"}}}
