"""What the gateway is given is one frozen bundle; nothing in it is optional."""

from __future__ import annotations

from dataclasses import MISSING, fields

from clawd_desktop.gateway.services import Services


def test_every_service_must_be_given() -> None:
    optional = {field.name for field in fields(Services) if field.default is not MISSING}
    assert optional == set()
    assert Services.__dataclass_params__.frozen  # type: ignore[attr-defined]
