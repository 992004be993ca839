"""Only keyrings from the list are asked, and what they throw is understood."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from desktop_session import Bus, secret_service
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, PasswordSetError

from clawd_desktop.core.errors import BadInput, SecretsFault, SecretsState
from clawd_desktop.system.os_keyring import CANDIDATES, Candidate, OsKeyring, explain


class LockedException(Exception): ...


class PromptDismissedException(Exception): ...


class SecretServiceNotAvailableException(Exception): ...


def caused(cause: Exception) -> InitError:
    error = InitError("Failed to create the collection")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "seconds", "state"),
    [
        (KeyringLocked("x"), 0.01, SecretsState.LOCKED),
        (KeyringLocked("x"), 5.0, SecretsState.DISMISSED),
        (LockedException(), 0.05, SecretsState.LOCKED),
        (LockedException(), 5.0, SecretsState.DISMISSED),
        (caused(PromptDismissedException()), 0.01, SecretsState.DISMISSED),
        (caused(SecretServiceNotAvailableException()), 1.0, SecretsState.ABSENT),
        (SecretServiceNotAvailableException(), 1.0, SecretsState.ABSENT),
        (ConnectionResetError(), 1.0, SecretsState.ABSENT),
        (FileNotFoundError(), 1.0, SecretsState.ABSENT),
        (PasswordSetError("odd"), 1.0, SecretsState.BROKEN),
        (AssertionError(), 1.0, SecretsState.BROKEN),
    ],
)
def test_foreign_errors_have_a_state_and_a_way_on(error: Exception, seconds: float, state: SecretsState) -> None:
    fault = explain(error, "Ring", seconds)
    assert fault.state is state
    assert fault.message.startswith("Ring ")
    assert fault.hint


class SmallRing(KeyringBackend):
    """Holds little, as Windows does."""

    priority = 0.1  # type: ignore[assignment]
    kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[(service, username)]


def small(recorded: str = "", platform: str = "win32") -> OsKeyring:
    candidate = Candidate("small", "Small Ring", "win32", __name__, "SmallRing", max_bytes=2560)
    return OsKeyring("0a1b", recorded, (candidate,), platform)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this_module())
    SmallRing.kept.clear()


def _this_module() -> object:
    module = type(sys)(__name__)
    module.SmallRing = SmallRing  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize("value", ["x" * 1280, "😀" * 640, ""], ids=["1280", "non-bmp", "empty"])
def test_what_fits_is_kept_under_one_service_per_secret(value: str) -> None:
    ring = small()
    ring.write("name", value)
    assert ring.read("name") == value
    assert list(SmallRing.kept) == [("clawd-desktop/0a1b/name", "clawd-desktop")]
    ring.delete("name")
    ring.delete("name")
    assert ring.read("name") is None


@pytest.mark.parametrize("value", ["x" * 1281, "😀" * 641], ids=["1281", "non-bmp"])
def test_what_is_too_long_is_refused_and_the_old_stays(value: str) -> None:
    ring = small()
    ring.write("name", "old")
    with pytest.raises(BadInput) as caught:
        ring.write("name", value)
    assert "2560" in caught.value.message
    assert ring.read("name") == "old"


@pytest.mark.parametrize("platform", ["linux", "darwin", "freebsd14"])
def test_a_keyring_of_another_platform_is_not_used(platform: str) -> None:
    ring = small(platform=platform)
    with pytest.raises(SecretsFault) as caught:
        ring.read("name")
    assert caught.value.state is SecretsState.ABSENT


def test_a_keyring_is_named_before_and_after_it_is_found() -> None:
    ring = small()
    assert (ring.id, ring.title) == ("", "the OS keyring")
    assert not ring.is_locked()
    assert (ring.id, ring.title, ring.remark) == ("small", "Small Ring", "")


def test_the_list_holds_no_backend_that_writes_plain_text() -> None:
    assert [candidate.module for candidate in CANDIDATES] == [
        "keyring.backends.SecretService",
        "keyring.backends.kwallet",
        "keyring.backends.macOS",
        "keyring.backends.Windows",
    ]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


def test_secrets_that_were_in_another_keyring_are_not_looked_for_in_this_one(service: Bus) -> None:
    ring = OsKeyring("0a1b", "kwallet", platform="linux")
    with pytest.raises(SecretsFault) as caught:
        ring.read("name")
    assert caught.value.state is SecretsState.ABSENT
    assert caught.value.message.startswith("The secrets are in KDE Wallet, which is not there now; Secret Service is")
