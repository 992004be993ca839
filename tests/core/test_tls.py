"""Certificates are loaded late, and forgetting them fails closed."""

from __future__ import annotations

import hashlib
import os
import ssl
import subprocess
import sys

import pytest

from clawd_desktop.core.tls import context_for, fingerprint, fingerprint_bytes, first_certificate, without_certificates


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "ws://127.0.0.1/"])
async def test_plain_connections_need_none(url: str) -> None:
    assert await context_for(url) is True


@pytest.mark.parametrize("url", ["https://example.org/", "wss://example.org/"])
async def test_encrypted_ones_check_name_and_chain(url: str) -> None:
    context = await context_for(url)
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert await context_for(url) is context


@pytest.mark.parametrize("before", [None, "/some/file.pem"])
def test_the_environment_is_as_it_was(before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    if before is not None:
        monkeypatch.setenv("SSL_CERT_FILE", before)
    with without_certificates():
        assert os.environ["SSL_CERT_FILE"] == os.devnull
    assert os.environ.get("SSL_CERT_FILE") == before


def test_the_context_that_aiohttp_made_meanwhile_trusts_nobody() -> None:
    code = (
        "from clawd_desktop.core.tls import without_certificates\n"
        "with without_certificates():\n"
        "    import aiohttp.connector as c\n"
        "print(c._SSL_CONTEXT_VERIFIED.verify_mode.name, c._SSL_CONTEXT_VERIFIED.cert_store_stats()['x509_ca'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["CERT_REQUIRED", "0"]


PEM = b"""noise
-----BEGIN CERTIFICATE-----
AAEC
-----END CERTIFICATE-----
-----BEGIN CERTIFICATE-----
AwQF
-----END CERTIFICATE-----
"""


def test_the_first_certificate_of_a_chain_is_the_one_that_is_shown() -> None:
    assert first_certificate(PEM) == b"\x00\x01\x02"
    assert fingerprint(b"\x00\x01\x02").startswith("AE:4B:32:80")
    assert fingerprint_bytes(fingerprint(b"x")) == hashlib.sha256(b"x").digest()


@pytest.mark.parametrize("pem", [b"", b"junk", b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"])
def test_what_holds_no_certificate(pem: bytes) -> None:
    with pytest.raises(ValueError, match="no PEM certificate"):
        first_certificate(pem)


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 33, "SHA256:"])
def test_what_is_no_fingerprint(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        fingerprint_bytes(text)
