from __future__ import annotations

import pytest

from clawd_desktop.operations.series import Series, series_key, split_key


@pytest.mark.parametrize(
    ("name", "label", "key"),
    [
        ("system.cpuUsage", "", "system.cpuUsage"),
        ("model.tokens", "openai/gpt-5", "model.tokens{openai/gpt-5}"),
        ("channel.up", "a{b}c", "channel.up{a{b}c}"),
    ],
)
def test_a_key_is_name_and_label_and_back(name: str, label: str, key: str) -> None:
    assert series_key(name, label) == key
    assert split_key(key) == (name, label)


def test_series_do_not_share_their_arrays() -> None:
    one, other = Series("a", 1), Series("b", 1)
    one.times_ms.append(1.0)
    assert not other.times_ms
