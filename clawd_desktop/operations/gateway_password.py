"""Finds the gateway's password in environment, configuration or keyring, and makes one on the first start."""

from __future__ import annotations

import logging
import secrets as random
from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.config.first import first_config
from clawd_desktop.config.secret_refs import reference, resolve
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound, SecretsFault
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets

NAME = "gateway.auth.password"
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

    async def find(self) -> SharedSecrets:
        """The password and token in force. Raises SecretsFault when the keyring cannot be asked.

        Without a configuration file one is written that refers to the keyring; the password itself is never in it.
        """
        auth = self._config.config.gateway.auth
        token = await self._resolved(auth.token)
        try:
            password = await self._password(auth.password, needed=not token)
        except SecretsFault:
            if not token:
                raise
            password = None
        if not self._config.snapshot().exists and not self._config.safe_mode:
            await self._config.replace(first_config(reference(NAME)), None)
        for secret in (password, token):
            if secret:
                self._learn(secret)
        return SharedSecrets(password, token)

    async def _password(self, configured: str | None, *, needed: bool) -> str | None:
        if configured:
            return await self._resolved(configured) or await self._replaced()
        return await self._kept() if needed else None

    async def _resolved(self, value: str | None) -> str | None:
        if not value:
            return None
        try:
            return await resolve(value, self._secrets)
        except NotFound:
            return None

    async def _kept(self) -> str:
        known = await self._secrets.get(NAME)
        if known:
            return known
        made = random.token_urlsafe(BYTES)
        self._learn(made)
        await self._secrets.set(NAME, made)
        _log.info("a new gateway password was made and put into the keyring")
        return made

    async def _replaced(self) -> str:
        # The configuration says that there was one: other clients still hold it and will be refused.
        made = await self._kept()
        self._notices.set(
            Notice(
                NOTICE,
                Severity.WARNING,
                "A new gateway password was made",
                "The one that the configuration refers to is not in the keyring of this user. "
                "Clients that know the old one must be given the new one.",
                (NoticeAction("password.copy", "Copy the new password"),),
                self._clock.wall_ms(),
            )
        )
        return made
