"""Offers to move secrets that stand in plain text in the configuration, and leaves no copy of them behind."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.config.secret_refs import PlainSecret, plain_secrets, plan_move
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets

NOTICE = "secrets.plain_text"
MOVE = NoticeAction("secrets.move", "Move to the keyring")


class PlainSecretsMover:
    """Looks, tells and moves."""

    def __init__(
        self, config: ConfigStore, secrets: Secrets, notices: NoticeBoard, clock: Clock, learn: Callable[[str], None]
    ) -> None:
        self._config = config
        self._secrets = secrets
        self._notices = notices
        self._clock = clock
        self._learn = learn

    def look(self) -> tuple[PlainSecret, ...]:
        """The secrets that stand in plain text now; they are hidden from the log, and a notice offers to move them."""
        found = plain_secrets(self._config.snapshot().parsed)
        for secret in found:
            self._learn(secret.value)
        if not found:
            self._notices.clear(NOTICE)
            return ()
        where = ", ".join(secret.name for secret in found)
        text = f"Anybody who can read the configuration can read these: {where}."
        title = "Passwords in plain text"
        self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, (MOVE,), self._clock.wall_ms()))
        return found

    async def move(self) -> int:
        """Put them all into the keyring, references into the file, and take every copy out of history and backups.

        Returns how many were moved. Raises SecretsFault or StorageFault; what was not moved stays where it is.
        """
        found = self.look()
        shot = self._config.snapshot()
        move = plan_move(shot.parsed, found)
        for name, value in move.secrets.items():
            await self._secrets.set(name, value)
        if found:
            await self._config.merge(move.patch, shot.hash)
            await self._config.forget_plain_text(set(move.secrets.values()))
        self.look()
        return len(found)
