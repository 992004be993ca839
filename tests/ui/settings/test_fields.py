"""The form is made from the schema."""

from __future__ import annotations

import pytest

from clawd_desktop.config.schema.describe import schema
from clawd_desktop.ui.settings.fields import FORMS, Field, Group, fields, patch_at, value_at

pytestmark = pytest.mark.qt
DESCRIBED = schema()
GROUPS = [group for groups in FORMS.values() for group in groups]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_every_setting_of_the_form_is_in_the_schema_with_a_name(group: Group) -> None:
    found = fields(*DESCRIBED, group.paths)
    assert [field.path for field in found] == list(group.paths)
    assert all(field.label and field.help for field in found)


def found(path: str) -> Field:
    return fields(*DESCRIBED, [path])[0]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("gateway.port", "number"),
        ("gateway.bind", "choice"),
        ("gateway.auth.password", "secret"),
        ("gateway.controlUi.enabled", "switch"),
        ("gateway.trustedProxies", "list"),
        ("ui.assistant.name", "text"),
    ],
)
def test_kinds(path: str, kind: str) -> None:
    assert found(path).kind == kind


def test_bounds_choices_and_rarity_come_from_the_schema() -> None:
    assert (found("gateway.port").minimum, found("gateway.port").maximum) == (1, 65_535)
    assert "loopback" in found("gateway.bind").choices
    assert found("gateway.maxConnections").advanced
    assert not found("gateway.port").advanced


def test_an_unknown_setting_is_left_out() -> None:
    assert fields(*DESCRIBED, ["gateway.nothing", "nowhere.at.all"]) == []


def test_values_and_patches_follow_the_path() -> None:
    config = {"gateway": {"auth": {"mode": "token"}}}
    assert value_at(config, "gateway.auth.mode") == "token"
    assert value_at(config, "gateway.auth.mode.deeper") is None
    assert patch_at("gateway.auth.mode", None) == {"gateway": {"auth": {"mode": None}}}
