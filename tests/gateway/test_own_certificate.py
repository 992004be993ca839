"""The certificate that the gateway makes for itself: for its names, not for long, and no authority."""

from __future__ import annotations

import datetime
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from clawd_desktop.gateway.own_certificate import make_certificate, make_key

NOW = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
NAMES = ("127.0.0.1", "[::1]", "localhost", "box.local", "127.0.0.1", "bücher.example")


def pem(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_it_is_for_these_names_for_397_days_and_signs_nothing() -> None:
    key = make_key()
    made = x509.load_pem_x509_certificate(make_certificate(key, NAMES, NOW))
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "box.local"]
    assert names.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"),
    ]  # fmt: skip
    assert made.not_valid_before_utc < NOW < made.not_valid_after_utc
    assert made.not_valid_after_utc - made.not_valid_before_utc == datetime.timedelta(days=397)
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert made.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign is False
    made.verify_directly_issued_by(made)
    loaded = serialization.load_pem_private_key(key, None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    assert loaded.curve.name == "secp256r1"


def test_each_one_differs() -> None:
    assert make_key() != make_key()
    key = make_key()
    assert make_certificate(key, NAMES, NOW) != make_certificate(key, NAMES, NOW)


def test_a_key_of_clawdbot_is_used_on() -> None:
    key = rsa.generate_private_key(65537, 2048)
    made = x509.load_pem_x509_certificate(make_certificate(pem(key), NAMES, NOW))
    assert made.public_key() == key.public_key()


@pytest.mark.parametrize("key", [b"", b"junk", pem(ed25519.Ed25519PrivateKey.generate())])
def test_what_is_no_key_of_a_server(key: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        make_certificate(key, NAMES, NOW)
