"""Which files hold the certificate: the owner's, or those in the place where Clawdbot's tools look."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema.gateway import Tls
from clawd_desktop.config.tls_files import TlsFiles, tls_files

STATE = Path("/data")
PATHS = find_paths({}, Path("/home/me"), STATE)
OWN = STATE / "gateway" / "tls"


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({}, TlsFiles(OWN / "gateway-cert.pem", OWN / "gateway-key.pem", make=True)),
        ({"autoGenerate": False}, TlsFiles(OWN / "gateway-cert.pem", OWN / "gateway-key.pem")),
        ({"certPath": "~/c.pem", "keyPath": "/k.pem"}, TlsFiles(Path("/home/me/c.pem"), Path("/k.pem"))),
        ({"certPath": "c.pem"}, TlsFiles(STATE / "c.pem", OWN / "gateway-key.pem")),
        ({"caPath": "ca.pem"},
         TlsFiles(OWN / "gateway-cert.pem", OWN / "gateway-key.pem", make=True, authorities=STATE / "ca.pem")),
    ],
)  # fmt: skip
def test_the_files(section: dict[str, object], expected: TlsFiles) -> None:
    assert tls_files(Tls.model_validate(section), PATHS) == expected
