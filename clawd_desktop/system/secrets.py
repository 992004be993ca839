"""Keeps passwords and keys where the person chose, never blocks, and says truthfully how that place is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, SecretsFault, SecretsState, StorageFault, Unreadable
from clawd_desktop.core.events import SecretsChanged
from clawd_desktop.core.notices import NoticeAction
from clawd_desktop.system.os_keyring import OsKeyring
from clawd_desktop.system.secrets_backend import check_name, check_value
from clawd_desktop.system.secrets_file import from_environment
from clawd_desktop.system.secrets_place import MakeKeyring, SecretsPlace
from clawd_desktop.system.secrets_worker import SecretsWorker

T = TypeVar("T")
TIMEOUT = 10.0
_PROBE = "probe"
_RETRY = NoticeAction("secrets.retry", "Try again")
_VAULT = NoticeAction("secrets.vault", "Use an encrypted file")
_WAYS_ON: Mapping[SecretsState, tuple[NoticeAction, ...]] = {
    SecretsState.OK: (),
    SecretsState.ABSENT: (_RETRY, _VAULT),
    SecretsState.LOCKED: (NoticeAction("secrets.unlock", "Unlock"),),
    SecretsState.DISMISSED: (NoticeAction("secrets.unlock", "Unlock"), _VAULT),
    SecretsState.HANGING: (_RETRY, _VAULT),
    SecretsState.LYING: (_RETRY, _VAULT),
    SecretsState.BROKEN: (_RETRY, _VAULT),
}


class SecretStore:
    """The secrets of one state folder. Fulfils core.ports.Secrets.

    `folder` holds the record of where they are (secrets.json) and the encrypted file, if there is one. The place is
    asked in a worker thread and given `timeout` seconds; after that its state is HANGING, or LOCKED when a person has
    yet to answer its prompt, and calls fail at once until it comes back by itself or `retry` is called.
    Publishes SecretsChanged. Raises what `core.ports.Secrets` says, BadInput for a name or value that cannot be kept
    and StorageFault when the folder cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        bus: EventBus,
        clock: Clock,
        *,
        make_keyring: MakeKeyring = OsKeyring,
        timeout: float = TIMEOUT,
    ) -> None:
        self._environ = environ
        self._bus = bus
        self._worker = SecretsWorker(timeout, self._settle)
        self._place = SecretsPlace(folder, environ, clock, make_keyring)
        self._fault: SecretsFault | None = None
        self._asked = False
        self._waits_for_person = False

    @property
    def state(self) -> SecretsState:
        """How the place was when it was asked last; ABSENT before it was ever asked."""
        if self._fault is not None:
            return self._fault.state
        return SecretsState.OK if self._asked else SecretsState.ABSENT

    @property
    def asked(self) -> bool:
        """Whether the place was ever asked: a password from the environment needs no keyring."""
        return self._asked

    @property
    def backend(self) -> str:
        """What a person calls the place ("Secret Service"); "" before it was ever asked."""
        return self._place.title

    def sentence(self) -> str:
        """Where the secrets are or what is wrong, and what to do next."""
        if self._fault is not None:
            return self._fault.sentence()
        if not self._asked:
            return "The keyring has not been asked yet."
        return f"Secrets are kept in {self._place.title}. {self._place.remark}".strip()

    @property
    def vault_is_locked(self) -> bool:
        """Whether the encrypted file waits for its passphrase (`use_vault`)."""
        return self.state is SecretsState.LOCKED and self._place.is_vault

    def ways_on(self) -> tuple[NoticeAction, ...]:
        """What a person can do about the state: retry, unlock, use an encrypted file."""
        return ways_on(self.state) if self._asked else ()

    async def get(self, name: str) -> str | None:
        """The secret, from the environment if that gives it, else from the place; None when there is none."""
        check_name(name)
        given = from_environment(self._environ, name)
        return given if given is not None else await self._ask(lambda place: place.backend().read(name))

    async def set(self, name: str, value: str) -> None:
        """Store the secret and read it back. Raises SecretsFault; the old value then stands."""
        check_name(name)
        check_value(name, value)
        await self._change(lambda place: place.store(name, value))

    async def delete(self, name: str) -> None:
        """Remove the secret and look whether it is gone; one that is not there is fine. Raises SecretsFault."""
        check_name(name)
        await self._change(lambda place: place.remove(name))

    async def probe(self) -> SecretsState:
        """Ask the place how it is, without asking a person. Never raises SecretsFault."""
        with contextlib.suppress(SecretsFault, StorageFault):
            await self._ask(lambda place: None, may_prompt=False)
        return self.state

    async def retry(self) -> SecretsState:
        """Give up a call that hangs and ask again; a person may be asked to unlock. Never raises SecretsFault."""
        self._worker.abandon()
        with contextlib.suppress(SecretsFault, StorageFault):
            if self.state is SecretsState.LYING:
                await self._change(_prove)
            else:
                await self._ask(lambda place: place.backend().read(_PROBE), again=True)
        return self.state

    async def use_vault(self, passphrase: str, carry: Sequence[str] = ()) -> None:
        """Keep secrets in the encrypted file from now on, by a person's choice; also opens it after a start.

        Makes the file when there is none. The secrets named in `carry` are moved there from where they are now.
        Raises BadInput for a short passphrase, SecretsFault when it is wrong or the file is damaged.
        """
        self._worker.abandon()
        await self._run(lambda: self._place.open_vault(passphrase, carry))
        self._changed()

    async def use_keyring(self, carry: Sequence[str] = ()) -> None:
        """Keep secrets in the OS keyring from now on; those named in `carry` are moved there. Raises SecretsFault."""
        await self._run(lambda: self._place.return_to_keyring(carry))
        self._changed()

    async def _change(self, change: Callable[[SecretsPlace], None]) -> None:
        await self._ask(change)
        self._changed()

    def _changed(self) -> None:
        """Something was stored well, which also ends a lie."""
        self._fault = None
        self._asked = True
        self._bus.publish(SecretsChanged(self.state))

    async def _ask(self, question: Callable[[SecretsPlace], T], *, may_prompt: bool = True, again: bool = False) -> T:
        refused = self._fault if self.state is SecretsState.DISMISSED and not again else None

        def work() -> T:
            self._check_lock(refused, may_prompt)
            return question(self._place)

        try:
            result = await self._run(work)
        except ClawdError as error:
            self._settle(error)
            raise
        self._settle(None)
        return result

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._worker.run(work)
        except TimeoutError as error:
            raise _late(self._place.title, self._waits_for_person) from error

    def _check_lock(self, refused: SecretsFault | None, may_prompt: bool) -> None:
        """In the worker thread: a person who said no is asked again when they choose to be, not at every message."""
        self._waits_for_person = False
        backend = self._place.backend()
        self._waits_for_person = backend.is_locked()
        if self._waits_for_person and refused is not None:
            raise _kept(refused)
        if self._waits_for_person and not may_prompt:
            raise SecretsFault(f"{backend.title} is locked.", state=SecretsState.LOCKED, hint="Unlock it to go on.")

    def _settle(self, error: ClawdError | None) -> None:
        """Remember how the place is now; what is wrong with the question says nothing about the place."""
        if error is None and self.state is SecretsState.LYING:
            return
        if error is not None and not isinstance(error, SecretsFault | StorageFault | Unreadable):
            return
        before = (self._asked, self.state)
        self._asked = True
        self._fault = _kept(error) if error is not None else None
        if (True, self.state) != before:
            self._bus.publish(SecretsChanged(self.state))


def ways_on(state: SecretsState) -> tuple[NoticeAction, ...]:
    """What a person can do about a secret store in this state."""
    return _WAYS_ON[state]


def _kept(error: ClawdError) -> SecretsFault:
    """The error without its traceback, whose frames would keep secrets and connections alive."""
    state = error.state if isinstance(error, SecretsFault) else SecretsState.BROKEN
    return SecretsFault(error.message, state=state, hint=error.hint)


def _prove(place: SecretsPlace) -> None:
    """Store something and remove it: shows whether the place still lies."""
    place.store(_PROBE, "ok")
    place.remove(_PROBE)


def _late(title: str, waits_for_person: bool) -> SecretsFault:
    name = title or "The OS keyring"
    if waits_for_person:
        return SecretsFault(
            f"{name} is locked and waits for its password.",
            state=SecretsState.LOCKED,
            hint="Answer its prompt; everything goes on by itself.",
        )
    return SecretsFault(
        f"{name} does not answer.",
        state=SecretsState.HANGING,
        hint="It goes on by itself when the keyring answers; restart the keyring, or choose the encrypted file.",
    )
