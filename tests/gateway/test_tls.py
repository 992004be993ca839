"""The certificate of the port: made once, renewed in time, checked before use, and taken up when it changes."""

from __future__ import annotations

import datetime
import ssl
import stat
import subprocess
from pathlib import Path

import pytest
from tls_rig import ask, clock_at, files, opened, tls_rig, trust, write_pair

from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.errors import BadInput, ClawdError, Refused, Unavailable
from clawd_desktop.core.events import CertificateChanged
from clawd_desktop.gateway.hello import Limits

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


async def test_one_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    made = files(tmp_path / "deep" / "tls")
    first = await opened(made)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.key.parent.stat().st_mode) == 0o700
    again = await opened(made)
    assert (again.fingerprint, len(first.fingerprint)) == (first.fingerprint, 95)


async def test_the_fingerprint_is_the_one_that_openssl_tells(tmp_path: Path) -> None:
    tls = await opened(files(tmp_path))
    told = subprocess.run(
        ["openssl", "x509", "-in", str(tmp_path / "cert.pem"), "-noout", "-fingerprint", "-sha256"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip().partition("=")[2] == tls.fingerprint


async def test_one_of_our_own_is_renewed_before_its_end_with_the_same_key(tmp_path: Path) -> None:
    made, clock = files(tmp_path), clock_at(NOW)
    tls = await opened(made, clock)
    first, key = tls.fingerprint, made.key.read_bytes()
    clock.advance(366 * 86_400)
    assert not await tls.look()
    clock.advance(2 * 86_400)
    assert await tls.look()
    assert (tls.fingerprint != first, made.key.read_bytes()) == (True, key)
    assert not await tls.look()


async def test_one_that_ended_while_the_gateway_was_off_is_renewed_at_the_start(tmp_path: Path) -> None:
    made = files(tmp_path)
    first = await opened(made, clock_at(NOW - 500 * DAY))
    assert (await opened(made)).fingerprint != first.fingerprint


async def test_a_key_without_a_certificate_is_used_on(tmp_path: Path) -> None:
    """Whoever is killed between the two files is not locked out."""
    made = files(tmp_path)
    await opened(made)
    key = made.key.read_bytes()
    made.certificate.unlink()
    await opened(made)
    assert made.key.read_bytes() == key


async def test_the_owners_certificate_is_never_renewed(tmp_path: Path) -> None:
    made = write_pair(tmp_path, NOW - 390 * DAY)
    before = made.certificate.read_bytes()
    tls = await opened(made)
    assert not await tls.look()
    assert made.certificate.read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lambda made: made.certificate.unlink(), Unavailable, "There is no file .*cert.pem"),
        (lambda made: made.key.unlink(), Unavailable, "There is no file .*key.pem"),
        (lambda made: made.certificate.write_text("junk"), BadInput, "no PEM certificate"),
        (lambda made: made.key.write_text("junk"), BadInput, "no PEM certificate and unencrypted key"),
        (lambda made: (made.key.unlink(), made.key.mkdir()), Unavailable, "is not"),
        (lambda made: made.key.chmod(0o604), Refused, "Every user of this computer can use the private key"),
    ],
)  # fmt: skip
async def test_files_that_cannot_be_used_are_named(tmp_path: Path, spoil, error: type[ClawdError], words: str) -> None:
    made = write_pair(tmp_path)
    spoil(made)
    with pytest.raises(error, match=words) as fault:
        await opened(made)
    assert fault.value.hint


async def test_the_key_of_another_certificate_is_named(tmp_path: Path) -> None:
    made = write_pair(tmp_path)
    (tmp_path / "other").mkdir()
    made.key.write_bytes(write_pair(tmp_path / "other").key.read_bytes())
    with pytest.raises(BadInput, match=r"key\.pem is not the one of the certificate"):
        await opened(made)


@pytest.mark.parametrize(("made_at", "words"), [(NOW - 398 * DAY, "ended on"), (NOW + 2 * DAY, "counts only from")])
async def test_one_that_does_not_count_now_is_refused(tmp_path: Path, made_at: datetime.datetime, words: str) -> None:
    with pytest.raises(Refused, match=words):
        await opened(write_pair(tmp_path, made_at))


async def test_an_encrypted_key_is_told_and_nobody_is_asked_at_the_terminal(tmp_path: Path) -> None:
    made = write_pair(tmp_path)
    subprocess.run(
        ["openssl", "ec", "-in", str(made.key), "-aes256", "-passout", "pass:x", "-out", str(made.key)],
        capture_output=True, check=True,
    )  # fmt: skip
    with pytest.raises(BadInput, match="unencrypted key"):
        await opened(made)


async def test_authorities_that_are_none_are_named(tmp_path: Path) -> None:
    made = write_pair(tmp_path)
    (tmp_path / "ca.pem").write_text("junk")
    with pytest.raises(BadInput, match=r"ca\.pem is no PEM file of authorities"):
        await opened(files(tmp_path, make=False, authorities=tmp_path / "ca.pem"))
    assert made.key.exists()


async def test_other_computers_must_show_a_certificate_where_authorities_are_named(tmp_path: Path) -> None:
    write_pair(tmp_path)
    tls = await opened(files(tmp_path, make=False, authorities=tmp_path / "cert.pem"))
    assert tls.context(local=False).verify_mode is ssl.CERT_REQUIRED
    assert tls.context(local=True).verify_mode is ssl.CERT_NONE
    assert tls.context(local=True).minimum_version is ssl.TLSVersion.TLSv1_2


async def test_a_changed_certificate_is_taken_without_a_restart_and_a_broken_one_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    first = write_pair(tmp_path)
    tls = await opened(first, tell=told.append)
    async with tls_rig(tmp_path, tls=tls, limits=Limits(tick=0.01)) as gateway:
        seen: list[str] = []
        gateway.bus.subscribe(CertificateChanged, lambda event: seen.append(event.fingerprint))
        before = trust(tmp_path)
        assert " 200 " in await ask(gateway.port, before)
        good = first.certificate.read_bytes()
        first.certificate.write_bytes(b"half a file")
        while not told:
            assert " 200 " in await ask(gateway.port, before), "the one before stays in force"
        assert "no PEM certificate" in told[0]
        first.certificate.write_bytes(good)
        while told[-1]:
            await ask(gateway.port, before)
        write_pair(tmp_path)
        after = trust(tmp_path)
        while not seen:
            try:
                await ask(gateway.port, after)
            except ssl.SSLCertVerificationError:
                continue
        assert seen == [tls.fingerprint]
        assert " 200 " in await ask(gateway.port, after)
        with pytest.raises(ssl.SSLCertVerificationError):
            await ask(gateway.port, before)


async def test_the_system_clock_will_do(tmp_path: Path) -> None:
    tls = await opened(files(tmp_path), SystemClock())
    assert not await tls.look()
