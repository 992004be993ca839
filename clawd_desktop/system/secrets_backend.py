"""What each place that can keep secrets offers to the one store that asks it."""

from __future__ import annotations

from typing import Protocol

from clawd_desktop.core.errors import BadInput

MAX_NAME = 200


class SecretsBackend(Protocol):
    """A place where secrets lie. All calls block, some wait for a person: they run in the store's worker thread.

    Each call raises SecretsFault when the place cannot be asked, BadInput when it cannot hold such a value.
    """

    @property
    def id(self) -> str:
        """What it is recorded as ("secret-service")."""

    @property
    def title(self) -> str:
        """What a person calls it ("Secret Service")."""

    @property
    def remark(self) -> str:
        """What a person should know of it ("" when there is nothing to say)."""

    def is_locked(self) -> bool:
        """Whether reading needs a person first. Never asks one."""

    def read(self, name: str) -> str | None:
        """The secret, or None when there is none."""

    def write(self, name: str, value: str) -> None:
        """Store the secret, replacing the one before."""

    def delete(self, name: str) -> None:
        """Remove the secret; one that is not there is fine."""


def check_name(name: str) -> None:
    """Raises BadInput unless the name is 1 to 200 printable characters."""
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise BadInput(f"{name!r} cannot name a secret.", hint=f"Use 1 to {MAX_NAME} printable characters.")


def check_value(name: str, value: str) -> None:
    """Raises BadInput for text that has no UTF-8 form (a lone surrogate); no part of the value is shown."""
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadInput(f"The secret {name} holds half a character.", hint="Copy it again, whole.")
