"""Names and values that no place can keep are refused before any is asked."""

from __future__ import annotations

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.system.secrets_backend import check_name, check_value


@pytest.mark.parametrize("name", ["a", "gateway.auth.password", "models.providers.my provider.apiKey", "x" * 200, "名"])
def test_good_names(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["", "x" * 201, "a\nb", "a\0b"])
def test_bad_names(name: str) -> None:
    with pytest.raises(BadInput):
        check_name(name)


@pytest.mark.parametrize("value", ["", "😀", "\0", "x" * 100_000])
def test_good_values(value: str) -> None:
    check_value("a", value)


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb"])
def test_bad_values(value: str) -> None:
    with pytest.raises(BadInput):
        check_value("a", value)
