"""Says which certificate a gateway must show before it is shown a password: our own one's, or the configured one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.target import Target, is_loopback
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.tls_files import tls_files
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.safeio import read_file
from clawd_desktop.core.tls import fingerprint, fingerprint_bytes, first_certificate

if TYPE_CHECKING:
    from clawd_desktop.config.schema.gateway import Gateway

_LARGEST = 1024 * 1024


def pinned(target: Target, arguments: Arguments, gateway: Gateway, paths: Paths) -> Target:
    """The target with the fingerprint that its certificate must have; "" leaves it to the system's authorities.

    Raises BadInput when gateway.remote.tlsFingerprint is none, StorageFault or Unreadable when our own certificate
    cannot be read.
    """
    if not target.url.startswith("wss://"):
        return target
    remote = gateway.mode == "remote" and gateway.remote.url
    if remote and target.url == gateway.remote.url:
        return replace(target, fingerprint=_configured(gateway.remote.tls_fingerprint or ""))
    port = arguments.port or gateway.port
    if gateway.tls.enabled and is_loopback(target.url) and urlsplit(target.url).port == port:
        return replace(target, fingerprint=own_fingerprint(gateway, paths))
    return target


def own_fingerprint(gateway: Gateway, paths: Paths) -> str:
    """The fingerprint of the certificate of this computer's gateway, "" while there is none."""
    file = tls_files(gateway.tls, paths).certificate
    try:
        return fingerprint(first_certificate(read_file(file, limit=_LARGEST)))
    except NotFound:
        return ""
    except ValueError as error:
        raise BadInput(f"{file} is no PEM certificate: {error}.", hint="Mend gateway.tls.certPath.") from error


def _configured(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return fingerprint_bytes(text).hex()
    except ValueError as error:
        raise BadInput(
            f"gateway.remote.tlsFingerprint cannot be used: {error}.", hint="Copy it from the other gateway's status."
        ) from error
