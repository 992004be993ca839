"""Offers to move secrets that stand in plain text in the configuration, and leaves no copy of them behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clawd_desktop.config.secret_refs import PlainSecret, plain_secrets, plan_move
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets

NOTICE = "secrets.plain_text"
MOVE = NoticeAction("secrets.move", "Move to the keyring")
AGAIN = NoticeAction("secrets.move", "Look again")


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
        self._moved: set[str] = set()
        self._still_in: tuple[Path, ...] = ()

    def look(self) -> tuple[PlainSecret, ...]:
        """The secrets that stand in plain text now; they are hidden from the log, and a notice offers to move them."""
        shot = self._config.snapshot()
        found, in_force = plain_secrets(shot.parsed), plain_secrets(shot.config)
        # In force is more than the file says: included files, and an older version while the file cannot be read.
        for secret in (*found, *in_force):
            self._learn(secret.value)
        text, actions = self._words(found, in_force if shot.valid else ())
        if text:
            title = "Passwords in plain text"
            self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, actions, self._clock.wall_ms()))
        else:
            self._notices.clear(NOTICE)
        return found

    def _words(
        self, found: tuple[PlainSecret, ...], in_force: tuple[PlainSecret, ...]
    ) -> tuple[str, tuple[NoticeAction, ...]]:
        if found:
            return f"Anybody who can read the configuration can read these: {_names(found)}.", (MOVE,)
        if self._still_in:
            files = ", ".join(str(file) for file in self._still_in)
            return f"Secrets that were moved still stand in {files}. Take them out there, then look again.", (AGAIN,)
        if self._moved:
            return "Old copies of secrets that were moved could not be cleaned.", (AGAIN,)
        if in_force:
            included = f"Files that the configuration includes hold these: {_names(in_force)}."
            return f"{included} Move them into the configuration itself, or put references there.", ()
        return "", ()

    async def move(self) -> int:
        """Put them all into the keyring, references into the file, and take every copy out of history and backups.

        Returns how many were moved. Raises SecretsFault or StorageFault; what was not moved stays where it is, and
        copies that could not be cleaned are cleaned by the next call.
        """
        found = self.look()
        shot = self._config.snapshot()
        move = plan_move(shot.parsed, found)
        for name, value in move.secrets.items():
            await self._secrets.set(name, value)
        if found:
            await self._config.merge(move.patch, shot.hash)
            self._moved |= set(move.secrets.values())
        try:
            await self._forget()
        finally:
            self.look()
        return len(found)

    async def _forget(self) -> None:
        if not self._moved:
            return
        self._still_in = await self._config.forget_plain_text(set(self._moved))
        if not self._still_in:
            self._moved.clear()


def _names(secrets: tuple[PlainSecret, ...]) -> str:
    return ", ".join(secret.name for secret in secrets)
