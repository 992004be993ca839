"""Changes with what backups are locked: the passphrase goes into the keyring, the settings hold only where it is."""

from __future__ import annotations

from clawd_desktop.config.secret_refs import reference
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.values import JsonObject, JsonValue

# As Settings calls the secret of this place.
NAME = "backup.sealed.passphrase"
SHORTEST = 8


async def lock_with_passphrase(config: ConfigStore, secrets: Secrets, passphrase: str) -> None:
    """Lock the coming backups with it. Backups that are there stay as they are.

    Raises BadInput for one that is too short, SecretsFault when it cannot be stored, and what saving raises; all is
    then as it was.
    """
    if len(passphrase) < SHORTEST:
        raise BadInput(f"The passphrase needs at least {SHORTEST} characters.")
    former = await secrets.get(NAME)
    await secrets.set(NAME, passphrase)
    try:
        await _save(config, {"passphrase": reference(NAME), "recipients": None})
    except ClawdError:
        if former is None:
            await secrets.delete(NAME)
        else:
            await secrets.set(NAME, former)
        raise


async def lock_with_key(config: ConfigStore, recipient: str) -> None:
    """Lock the coming backups for the owner of this public key. Raises BadInput when it is none, what saving raises."""
    from clawd_desktop.backup.age_keys import recipients

    recipients((recipient,))
    keys: list[JsonValue] = [recipient]
    await _save(config, {"passphrase": None, "recipients": keys})


async def keep_passwords(config: ConfigStore, keep: bool) -> None:
    """Whether the passwords of this computer go into locked backups. Raises what saving raises."""
    await _save(config, {"passwords": keep or None})


async def lock_no_more(config: ConfigStore) -> None:
    """Leave the coming backups open. The passphrase stays in the keyring: those that it locked need it still.

    Raises what saving raises.
    """
    await _save(config, {"passphrase": None, "recipients": None, "passwords": None})


async def _save(config: ConfigStore, sealed: JsonObject) -> None:
    section: JsonObject = {"sealed": sealed}
    await config.merge({"backup": section}, None)
