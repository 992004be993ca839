"""Finds the gateway's password in environment, configuration or keyring, and makes one on the first start."""

from __future__ import annotations

import asyncio
import logging
import secrets as random
from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.config.first import first_config
from clawd_desktop.config.secret_refs import GATEWAY_PASSWORD, reference, reference_name, resolve
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound, SecretsFault
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets

BYTES = 32
NOTICE = "gateway.password"
_log = logging.getLogger("clawd.secrets")


@dataclass(frozen=True, slots=True)
class SharedSecrets:
    """What clients may present; `repr` shows neither."""

    password: str | None
    token: str | None

    def __repr__(self) -> str:
        return f"SharedSecrets(password={'set' if self.password else None}, token={'set' if self.token else None})"


class GatewayPassword:
    """Finds the shared secrets, making a 256-bit password on the first start. `learn` hides a secret from the logs."""

    def __init__(
        self, config: ConfigStore, secrets: Secrets, notices: NoticeBoard, clock: Clock, learn: Callable[[str], None]
    ) -> None:
        self._config = config
        self._secrets = secrets
        self._notices = notices
        self._clock = clock
        self._learn = learn
        self._turn = asyncio.Lock()

    async def find(self) -> SharedSecrets:
        """The password and token in force. Raises SecretsFault when the keyring cannot be asked and neither is known.

        Without a configuration file one is written that refers to the keyring; the password itself is never in it.
        """
        # One at a time: two that find nothing would make two passwords, and the later answer must be the newer one.
        async with self._turn:
            return await self._find()

    async def _find(self) -> SharedSecrets:
        auth, first = self._config.config.gateway.auth, self._is_first()
        faults: list[SecretsFault] = []
        token = await self._known(auth.token, faults)
        password = await self._known(auth.password, faults)
        if faults and not token and not password:
            raise faults[0]
        if not auth.password and (first or not token):
            password = await self._kept(GATEWAY_PASSWORD, faults if token else None)
        if first:
            await self._config.replace(first_config(reference(GATEWAY_PASSWORD)), None)
        for secret in (password, token):
            if secret:
                self._learn(secret)
        return SharedSecrets(password, token)

    def _is_first(self) -> bool:
        """No configuration was ever there; one that is gone is left for the owner to bring back."""
        return not self._config.snapshot().exists and not self._config.safe_reason

    async def _known(self, configured: str | None, faults: list[SecretsFault]) -> str | None:
        """What a configured text stands for, made anew where it is lost; None where the keyring cannot be asked."""
        if not configured:
            return None
        try:
            return await resolve(configured, self._secrets)
        except SecretsFault as fault:
            faults.append(fault)
            return None
        except NotFound:
            return await self._replaced(reference_name(configured) or GATEWAY_PASSWORD, faults)

    async def _kept(self, name: str, faults: list[SecretsFault] | None) -> str | None:
        """The secret of that name, made when there is none. A keyring that cannot be asked is noted, or raised."""
        try:
            known = await self._secrets.get(name)
            if known:
                return known
            made = random.token_urlsafe(BYTES)
            self._learn(made)
            await self._secrets.set(name, made)
        except SecretsFault as fault:
            if faults is None:
                raise
            faults.append(fault)
            return None
        _log.info("a new secret %s was made and put into the keyring", name)
        return made

    async def _replaced(self, name: str, faults: list[SecretsFault]) -> str | None:
        # The configuration says that there was one: other clients still hold it and will be refused.
        made = await self._kept(name, faults)
        title = "A new gateway password was made"
        text = (
            f"The one that the configuration refers to ({name}) is not in the keyring of this user. "
            "Clients that know the old one must be given the new one."
        )
        if made:
            actions = (NoticeAction("password.copy", "Copy the new password"),)
            self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, actions, self._clock.wall_ms()))
        return made
