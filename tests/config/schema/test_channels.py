"""Channels are closed by default, known or not."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.channels import Channels


def test_a_channel_is_closed_by_default() -> None:
    channel = Channels.model_validate({"telegram": {}})["telegram"]
    assert (channel.dm_policy, channel.group_policy, channel.allow_from) == ("pairing", "allowlist", ())
    assert (channel.text_chunk_limit, channel.config_writes) == (4000, True)


def test_everyone_may_write_only_when_it_is_said_twice() -> None:
    with pytest.raises(ValidationError, match="allowFrom"):
        Channels.model_validate({"telegram": {"dmPolicy": "open", "allowFrom": [1]}})
    channels = Channels.model_validate({"telegram": {"dmPolicy": "open", "allowFrom": ["*"]}})
    assert channels["telegram"].dm_policy == "open"
    with pytest.raises(ValidationError, match="allowFrom"):
        Channels.model_validate({"x": {"accounts": {"a": {"dmPolicy": "open"}}}})


def test_channels_are_found_by_their_ids() -> None:
    channels = Channels.model_validate(
        {"defaults": {"groupPolicy": "open"}, "my-plugin": {"odd": [1], "enabled": False}}
    )
    assert channels.ids() == ("my-plugin",)
    assert "my-plugin" in channels
    assert "defaults" not in channels
    assert channels.get("none") is None
    assert [(name, channel.enabled) for name, channel in channels.entries()] == [("my-plugin", False)]
    assert channels["my-plugin"].model_extra == {"odd": [1]}
    assert channels.defaults.group_policy == "open"


def test_groups_and_numbers_are_understood() -> None:
    raw = {"whatsapp": {"allowFrom": [49123], "groups": {"*": {"requireMention": True, "tools": {"deny": ["exec"]}}}}}
    channel = Channels.model_validate(raw)["whatsapp"]
    assert channel.allow_from == ("49123",)
    group = channel.groups["*"]
    assert group.require_mention is True
    assert group.tools is not None
    assert group.tools.deny == ("exec",)
