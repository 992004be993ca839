"""Checks of where passwords are kept: a secret is really written, read back and removed."""

from __future__ import annotations

import secrets as random

from clawd_desktop.config.secret_refs import references
from clawd_desktop.core.errors import ClawdError, SecretsFault, SecretsState, StorageFault
from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Ground

CATEGORY = "keyring"
PROBE = "doctor.probe"
_TITLES = {
    SecretsState.ABSENT: "There is no keyring",
    SecretsState.LOCKED: "The keyring is locked",
    SecretsState.DISMISSED: "The keyring was not unlocked",
    SecretsState.HANGING: "The keyring does not answer",
    SecretsState.LYING: "The keyring does not keep what it is given",
    SecretsState.BROKEN: "The keyring is broken",
}


async def works(ground: Ground) -> Found:
    """Whether the place keeps a secret: written, read back, removed."""
    state = await ground.secrets.probe()
    if state is not SecretsState.OK:
        return (fault_finding(state, ground.secrets.sentence(), needed=needs_keyring(ground)),)
    value = random.token_urlsafe(16)
    try:
        await ground.secrets.set(PROBE, value)
        kept = await ground.secrets.get(PROBE)
        await ground.secrets.delete(PROBE)
        left = await ground.secrets.get(PROBE)
    except SecretsFault as fault:
        return (fault_finding(fault.state, fault.sentence(), needed=needs_keyring(ground)),)
    except StorageFault as fault:
        return (
            Finding("keyring.works.fixed", CATEGORY, Level.INFO, "Secrets can be read, but not changed",
                    fault.sentence(), "That is as it should be where a container is given its secrets."),
        )  # fmt: skip
    if kept == value and left is None:
        return ()
    told = "A secret that was written could not be read back, or stayed after it was removed."
    return (fault_finding(SecretsState.LYING, told, needed=True),)


def needs_keyring(ground: Ground) -> bool:
    """Whether the configuration refers to secrets, or none is there yet so that one has to be kept."""
    config = ground.config.config
    return bool(references(config.raw)) or not (config.gateway.auth.password or config.gateway.auth.token)


def fault_finding(state: SecretsState, sentence: str, *, needed: bool) -> Finding:
    """What a state of the place means; where nothing is kept in it, it hardly matters."""
    level = Level.INFO if not needed else Level.WARNING if state is SecretsState.LOCKED else Level.ERROR
    hint = "Unlock it." if state in (SecretsState.LOCKED, SecretsState.DISMISSED) else (
        "Start the keyring of your desktop, choose the encrypted file in Settings, or name a CLAWD_SECRETS_FILE."
    )  # fmt: skip
    return Finding(f"keyring.works.{state.value}", CATEGORY, level, _TITLES[state], sentence, hint)


async def complete(ground: Ground) -> Found:
    """Whether all secrets that the configuration refers to are there."""
    missing: list[str] = []
    for name in references(ground.config.config.raw):
        try:
            if not await ground.secrets.get(name):
                missing.append(name)
        except ClawdError:
            return ()  # the other check tells of it
    if not missing:
        return ()
    return (
        Finding("keyring.complete.missing", CATEGORY, Level.ERROR, "Secrets are missing", f"{', '.join(missing)}.",
                "Enter them again in Settings, or correct the configuration."),
    )  # fmt: skip


CHECKS = (
    Check("keyring.works", CATEGORY, "Keyring", works, limit_s=25.0),
    Check("keyring.complete", CATEGORY, "Secrets that are referred to", complete, limit_s=25.0),
)
