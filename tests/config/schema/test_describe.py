"""Forms and clients learn all about every key."""

from __future__ import annotations

import json

from clawd_desktop.config.schema.describe import schema
from clawd_desktop.config.schema.root import SECTIONS
from clawd_desktop.core.values import JsonObject, as_object

SCHEMA, HINTS = schema()


def hint(path: str) -> JsonObject:
    return as_object(HINTS[path])


def test_the_schema_is_complete_and_needs_no_references() -> None:
    assert set(as_object(SCHEMA["properties"])) == set(SECTIONS)
    text = json.dumps(SCHEMA)
    assert "$ref" not in text
    assert "$defs" not in text
    assert SCHEMA["additionalProperties"] is True


def test_optional_values_are_shown_as_what_they_are() -> None:
    gateway = as_object(as_object(SCHEMA["properties"])["gateway"])
    password = as_object(as_object(as_object(as_object(gateway["properties"])["auth"])["properties"])["password"])
    assert password["type"] == "string"
    assert "anyOf" not in password
    assert "default" not in password


def test_hints_have_all_that_a_form_needs() -> None:
    assert hint("gateway.auth.password") == {
        "label": "Password",
        "help": "The gateway password, best as a reference into the keyring, or its Argon2id hash.",
        "group": "Gateway",
        "order": 1,
        "sensitive": True,
    }
    assert hint("gateway.reload.debounceMs")["unit"] == "ms"
    assert hint("gateway.tls")["advanced"] is True
    assert hint("models.providers.*.apiKey")["sensitive"] is True
    assert hint("models.providers.*.models.*.contextWindow")["unit"] == "tokens"
    assert hint("channels.*.botToken")["sensitive"] is True
    assert hint("channels.*.accounts.*.botToken")["sensitive"] is True
    assert hint("env.vars.*")["sensitive"] is True


def test_every_key_has_a_name_an_explanation_and_a_place() -> None:
    assert len(HINTS) > 600
    bare = [path for path in HINTS if not hint(path).get("label") or "group" not in hint(path)]
    assert bare == []
    unexplained = [path for path in HINTS if not path.endswith("*") and not hint(path).get("help")]
    assert unexplained == []


def test_keys_that_hold_secrets_are_marked() -> None:
    ends = ("apiKey", "botToken", "password", "Password", "signingSecret", "webhookSecret", "appToken", ".token")
    unmarked = [path for path in HINTS if path.endswith(ends) and not hint(path).get("sensitive")]
    assert unmarked == []
