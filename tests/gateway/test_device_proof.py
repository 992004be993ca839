"""The signature of a device: what it covers, and in which forms its key may come."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from gateway_rig import Device, connect_params

from clawd_desktop.gateway.device_proof import DeviceClaim, problem, raw_key

NOW = 1_760_000_000_000
DEVICE = Device()


def claim(**changes: Any) -> DeviceClaim:
    params = connect_params(scopes=["operator.read", "operator.write"])
    device = DEVICE.claim(params, "nonce", NOW)
    facts = {
        "device_id": device["id"], "public_key": device["publicKey"], "signature": device["signature"],
        "signed_at_ms": NOW, "nonce": "nonce", "client_id": "test", "client_mode": "test", "role": "operator",
        "scopes": ("operator.read", "operator.write"), "token": params["auth"]["token"],
    }  # fmt: skip
    return DeviceClaim(**(facts | changes))


def test_a_good_claim_stands() -> None:
    assert problem(claim(), "nonce", NOW) == ""
    assert problem(claim(signature=claim().signature + "=="), "nonce", NOW) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "cli"}, {"client_mode": "cli"}, {"role": "node"}, {"scopes": ("operator.read",)}, {"token": ""},
        {"scopes": ("operator.write", "operator.read")}, {"signed_at_ms": NOW + 1}, {"signature": ""},
        {"signature": "AAAA"},
    ],
)  # fmt: skip
def test_the_signature_covers_everything(changes: dict[str, Any]) -> None:
    assert problem(claim(**changes), "nonce", NOW) == "device signature invalid"


@pytest.mark.parametrize(
    ("minutes", "text"), [(10, ""), (-10, ""), (10.1, "device signature expired"), (-10.1, "device signature expired")]
)
def test_ten_minutes_either_way(minutes: float, text: str) -> None:
    assert problem(claim(), "nonce", NOW + round(minutes * 60_000)) == text


def pem(raw: bytes) -> str:
    body = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + raw).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        (base64.urlsafe_b64encode(DEVICE.raw).decode(), DEVICE.raw),
        (base64.urlsafe_b64encode(DEVICE.raw).decode().rstrip("="), DEVICE.raw),
        (base64.b64encode(DEVICE.raw).decode(), DEVICE.raw),
        (pem(DEVICE.raw), DEVICE.raw),
        (pem(DEVICE.raw[:-1]), None),
        (pem(b"").replace("MCow", "AAAA"), None),
        ("", None),
        ("AAAA", None),
        ("not base64 at all", None),
        ("é", None),
    ],
    # The key is new in each process, and the processes of a parallel run must name the tests alike.
    ids=["url", "url bare", "plain", "pem", "pem short", "pem other", "empty", "short", "no base64", "no ascii"],
)
def test_keys(text: str, raw: bytes | None) -> None:
    assert raw_key(text) == raw
