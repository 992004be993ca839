"""Gathers what the audit of a configuration needs beside it: rights of files, shared secrets, what was read."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from clawd_desktop.config.audit_check import AuditFacts
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.schema.root import Config
from clawd_desktop.config.secret_refs import resolve
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.config.tls_files import tls_files
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.ports import Secrets

ASK_S = 3.0


async def audit_facts(store: ConfigStore, paths: Paths, secrets: Secrets | None) -> AuditFacts:
    """The facts now. A secret that cannot be had is left out: what concerns it is then not found.

    Without `secrets` only those that stand in the configuration or the environment are known.
    """
    config, shot = store.config, store.snapshot()
    known = await _shared(config, secrets)
    modes, state_mode, key_mode, missing = await asyncio.to_thread(_disk, config, store.files, paths)
    return AuditFacts(
        parsed=shot.parsed,
        issues=tuple(shot.issues),
        warnings=tuple(shot.warnings),
        legacy=tuple(shot.legacy_issues),
        not_in_force=store.safe_reason,
        secrets=known,
        modes=modes,
        state_mode=state_mode,
        key_mode=key_mode,
        missing=missing,
        paths=paths,
    )


async def _shared(config: Config, secrets: Secrets | None) -> dict[str, str]:
    auth = config.gateway.auth
    written = {
        "gateway.auth.password": auth.password,
        "gateway.auth.token": auth.token,
        "hooks.token": config.hooks.token if config.hooks.enabled else None,
    }
    found = {path: await _revealed(text, secrets) for path, text in written.items() if text}
    return {path: value for path, value in found.items() if value}


async def _revealed(text: str, secrets: Secrets | None) -> str:
    if secrets is None:
        return "" if text.startswith("keyring:") else text
    try:
        async with asyncio.timeout(ASK_S):
            return await resolve(text, secrets)
    except (ClawdError, TimeoutError):
        return ""


Disk = tuple[tuple[tuple[Path, int], ...], int | None, tuple[Path, int] | None, tuple[Path, ...]]


def _disk(config: Config, files: Iterable[Path], paths: Paths) -> Disk:
    modes = tuple((file, mode) for file in files if (mode := _mode(file)) is not None)
    tls = config.gateway.tls
    if not tls.enabled:
        return modes, _mode(paths.state), None, ()
    named = tls_files(tls, paths)
    wanted = () if named.make else (named.certificate, named.key, *([named.authorities] if named.authorities else ()))
    key = _mode(named.key)
    missing = tuple(path for path in wanted if not path.exists())
    return modes, _mode(paths.state), (named.key, key) if key is not None else None, missing


def _mode(path: Path) -> int | None:
    """The rights of a file, None where it is not there or rights are of another kind."""
    if os.name != "posix":
        return None
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return None
