"""Checks that a client holds the private key of the device it names; no trust follows from that alone.

Source: Clawdbot protocol 3: Ed25519 over `v2|deviceId|clientId|clientMode|role|scopes|signedAtMs|token|nonce`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

MAX_SKEW_MS = 10 * 60 * 1000
_SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DeviceClaim:
    """What a client says of its device, and what the signature is said to cover."""

    device_id: str
    public_key: str
    signature: str
    signed_at_ms: int
    nonce: str
    client_id: str
    client_mode: str
    role: str
    scopes: tuple[str, ...]
    token: str

    def signed_text(self) -> str:
        """The text under a version 2 signature, with role, scopes and token exactly as they were sent."""
        fields = (
            "v2", self.device_id, self.client_id, self.client_mode, self.role, ",".join(self.scopes),
            str(self.signed_at_ms), self.token, self.nonce,
        )  # fmt: skip
        return "|".join(fields)


def problem(claim: DeviceClaim, nonce: str, now_ms: int) -> str:
    """What is wrong with the claim, "" when it stands. Without our nonce (v1) it could be replayed: refused."""
    raw = raw_key(claim.public_key)
    if raw is None:
        return "device public key invalid"
    if hashlib.sha256(raw).hexdigest() != claim.device_id:
        return "device identity mismatch"
    if abs(now_ms - claim.signed_at_ms) > MAX_SKEW_MS:
        return "device signature expired"
    if not claim.nonce:
        return "device nonce required"
    if claim.nonce != nonce:
        return "device nonce mismatch"
    return "" if _verifies(raw, claim) else "device signature invalid"


def raw_key(text: str) -> bytes | None:
    """The 32 bytes of an Ed25519 public key given as base64url or as PEM; None when it is neither."""
    if pem := _PEM.search(text):
        encoded = _decoded("".join(pem.group(1).split()))
        if encoded is None or len(encoded) != 44 or not encoded.startswith(_SPKI_PREFIX):
            return None
        return encoded[len(_SPKI_PREFIX) :]
    raw = _decoded(text)
    return raw if raw is not None and len(raw) == 32 else None


def _verifies(raw: bytes, claim: DeviceClaim) -> bool:
    # Eight megabytes that a gateway without devices never needs.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    signature = _decoded(claim.signature)
    if signature is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, claim.signed_text().encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(text: str) -> bytes | None:
    """Bytes of base64 or base64url, with or without padding; None when it is neither."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
