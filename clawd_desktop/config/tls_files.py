"""Says which files hold the gateway's certificate and key: the owner's, or those that the gateway makes for itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.config.paths import Paths

if TYPE_CHECKING:
    from clawd_desktop.config.schema.gateway import Tls

# Where Clawdbot keeps what it makes for itself, below the state folder: its command line finds our fingerprint there.
FOLDER = Path("gateway", "tls")
CERTIFICATE = "gateway-cert.pem"
KEY = "gateway-key.pem"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Certificate chain and key as PEM files. `make` says that missing ones are made; `authorities` sign clients."""

    certificate: Path
    key: Path
    make: bool = False
    authorities: Path | None = None


def tls_files(tls: Tls, paths: Paths) -> TlsFiles:
    """The files of this configuration. Only files that nobody named are made."""
    folder = paths.state / FOLDER
    return TlsFiles(
        certificate=paths.user(tls.cert_path) if tls.cert_path else folder / CERTIFICATE,
        key=paths.user(tls.key_path) if tls.key_path else folder / KEY,
        make=tls.auto_generate and not tls.cert_path and not tls.key_path,
        authorities=paths.user(tls.ca_path) if tls.ca_path else None,
    )
