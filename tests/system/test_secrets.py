"""The store of secrets: every way in which a keyring fails has a state, a sentence and a way on (I01-I08)."""

from __future__ import annotations

import asyncio
import gc
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desktop_session import Bus, desktop_session, private_bus, secret_service

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, SecretsFault, SecretsState
from clawd_desktop.core.events import SecretsChanged
from clawd_desktop.system.os_keyring import OsKeyring
from clawd_desktop.system.secrets import SecretStore

PASSWORD = "gateway.auth.password"
BUS = "DBUS_SESSION_BUS_ADDRESS"


class Ring:
    """A keyring in memory whose behaviour a test can change."""

    id, title, remark = "ring", "Ring", ""

    def __init__(self, instance: str = "", recorded: str = "") -> None:
        self.kept: dict[str, str] = {}
        self.locked = False
        self.asked = 0
        self.before: Callable[[], None] = lambda: None
        self.keep: Callable[[str], str | None] = lambda value: value

    def is_locked(self) -> bool:
        return self.locked

    def read(self, name: str) -> str | None:
        self.asked += 1
        self.before()
        return self.kept.get(name)

    def write(self, name: str, value: str) -> None:
        kept = self.keep(value)
        if kept is not None:
            self.kept[name] = kept

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


class Fixture:
    """A store on a ring, and what it told."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.ring = Ring()
        self.bus = EventBus()
        self.told: list[str] = []
        self.bus.subscribe(SecretsChanged, lambda event: self.told.append(event.state))
        settings: dict[str, object] = {"make_keyring": lambda instance, recorded: self.ring, "timeout": 20.0, **options}
        self.store = SecretStore(folder, {}, self.bus, ManualClock(), **settings)  # type: ignore[arg-type]


@pytest.fixture
def fixture(tmp_path: Path) -> Fixture:
    return Fixture(tmp_path / "state")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with secret_service() as bus:
        monkeypatch.setenv(BUS, bus.address)
        yield bus


def real(folder: Path, timeout: float = 20.0) -> SecretStore:
    return Fixture(folder, make_keyring=OsKeyring, timeout=timeout).store


async def fault(store: SecretStore, name: str = PASSWORD) -> SecretsFault:
    with pytest.raises(SecretsFault) as caught:
        await store.get(name)
    assert store.state is caught.value.state
    assert store.sentence() == caught.value.sentence()
    assert caught.value.hint
    return caught.value


# The real Secret Service.


@pytest.mark.parametrize(
    "value",
    ["p", "", "x" * 1281, "x" * 5000, "é😀中", "two\nlines\r\n", "nul\0inside", " spaces "],
    ids=["short", "empty", "1281", "5000", "non-bmp", "newline", "nul", "spaces"],
)
async def test_every_text_comes_back_as_it_was(service: Bus, tmp_path: Path, value: str) -> None:
    store = real(tmp_path)
    await store.set(PASSWORD, value)
    assert await real(tmp_path).get(PASSWORD) == value
    assert store.state is SecretsState.OK
    assert store.sentence() == "Secrets are kept in Secret Service."
    await store.delete(PASSWORD)
    await store.delete(PASSWORD)
    assert await store.get(PASSWORD) is None


async def test_the_secret_lies_in_the_keyring_and_in_no_file(service: Bus, tmp_path: Path) -> None:
    await real(tmp_path).set(PASSWORD, "only-in-the-keyring")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["secrets.json"]
    assert b"only-in-the-keyring" not in files[0].read_bytes()
    assert files[0].stat().st_mode & 0o077 == 0


async def test_two_folders_of_one_user_have_secrets_of_their_own(service: Bus, tmp_path: Path) -> None:
    await real(tmp_path / "a").set(PASSWORD, "a")
    await real(tmp_path / "b").set(PASSWORD, "b")
    assert await real(tmp_path / "a").get(PASSWORD) == "a"


async def test_a_locked_keyring_that_can_ask_nobody_says_so_and_goes_on_when_it_is_unlocked(
    service: Bus, tmp_path: Path
) -> None:
    store = real(tmp_path)
    await store.set(PASSWORD, "p")
    service.lock_keyring()
    assert await store.probe() is SecretsState.LOCKED
    assert (await fault(store)).state is SecretsState.LOCKED
    service.stop_keyring()
    service.start_keyring()
    assert await store.get(PASSWORD) == "p"
    assert store.state is SecretsState.OK


async def test_a_prompt_that_nobody_answers_leaves_the_loop_alone(service: Bus, tmp_path: Path) -> None:
    await real(tmp_path).set(PASSWORD, "p")
    store = real(tmp_path, timeout=1)
    service.lock_keyring()
    service.own_name("org.gnome.keyring.SystemPrompter")
    waiting = asyncio.gather(fault(store))
    beats = 0
    while not waiting.done():
        await asyncio.sleep(0.01)
        beats += 1
    assert beats > 10
    assert (await waiting)[0].state is SecretsState.LOCKED
    assert "waits" in store.sentence()


async def test_a_service_that_hangs_is_given_up_and_comes_back_by_itself(service: Bus, tmp_path: Path) -> None:
    await real(tmp_path).set(PASSWORD, "p")
    fixture = Fixture(tmp_path, make_keyring=OsKeyring, timeout=0.5)
    service.pause_keyring()
    assert (await fault(fixture.store)).state is SecretsState.HANGING
    started = time.monotonic()
    await fault(fixture.store)
    assert time.monotonic() - started < 0.4
    recovered = asyncio.Event()
    fixture.bus.subscribe(SecretsChanged, lambda event: recovered.set())
    service.resume_keyring()
    async with asyncio.timeout(10):
        await recovered.wait()
    fixture.store._worker._timeout = 10
    assert await fixture.store.get(PASSWORD) == "p"


# jeepney leaves closing a socket that could not be connected to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*unclosed <socket", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/bus", "nonsense"])
async def test_without_a_bus_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str) -> None:
    monkeypatch.setenv(BUS, address)
    store = real(tmp_path)
    assert (await fault(store)).state is SecretsState.ABSENT
    with pytest.raises(SecretsFault):
        await store.set(PASSWORD, "p")
    assert "secrets.vault" in [way.id for way in store.ways_on()]
    gc.collect()


async def test_a_service_that_starts_later_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with private_bus() as bus:
        monkeypatch.setenv(BUS, bus.address)
        store = real(tmp_path)
        assert await store.probe() is SecretsState.ABSENT
        bus.start_keyring()
        await store.set(PASSWORD, "p")
        bus.stop_keyring()
        assert (await fault(store)).state is SecretsState.ABSENT
        bus.start_keyring()
        assert await store.get(PASSWORD) == "p"


async def test_plug_ins_variables_and_files_cannot_choose_the_keyring(
    service: Bus, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = home / ".config/python_keyring"
    trap.mkdir(parents=True)
    (trap / "keyringrc.cfg").write_text(f"[backend]\ndefault-keyring=evil.Keyring\nkeyring-path={home}/evil\n")
    (home / "evil").mkdir()
    (home / "evil/evil.py").write_text("raise SystemExit('the trap was sprung')")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", "/org/freedesktop/secrets/collection/session")
    monkeypatch.setenv("KEYRING_PROPERTY_SCHEME", "KeePassXC")
    await real(tmp_path).set(PASSWORD, "p")
    for name in ("PYTHON_KEYRING_BACKEND", "KEYRING_PROPERTY_PREFERRED_COLLECTION", "KEYRING_PROPERTY_SCHEME"):
        monkeypatch.delenv(name)
    assert await real(tmp_path).get(PASSWORD) == "p"
    assert not [path for path in sys.path if "evil" in path]


@pytest.mark.desktop
async def test_a_dismissed_prompt_is_not_shown_again_until_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desktop_session(tray=False, notify=False) as desktop:
        monkeypatch.setenv(BUS, desktop.bus.address)
        store = real(tmp_path, timeout=15)
        await store.set(PASSWORD, "p")
        desktop.bus.lock_keyring()

        async def answer(*keys: str) -> None:
            await asyncio.to_thread(desktop.wait_for_focus, "Unlock")
            desktop.key(*keys)
            await asyncio.to_thread(desktop.wait_for_no_window, "Unlock")

        refused, _ = await asyncio.gather(fault(store), answer("Escape"))
        assert refused.state is SecretsState.DISMISSED
        started = time.monotonic()
        assert (await fault(store)).state is SecretsState.DISMISSED
        assert time.monotonic() - started < 1
        state, _ = await asyncio.gather(store.retry(), answer("t", "e", "s", "t", "Return"))
        assert state is SecretsState.OK
        assert await store.get(PASSWORD) == "p"


# Keyrings that misbehave in ways the real one does not.


@pytest.mark.parametrize("kept", [lambda value: value + "!", lambda value: None], ids=["changes", "forgets"])
async def test_a_lie_is_noticed_the_old_secret_stands_and_ok_is_not_said_before_it_is_proven(
    fixture: Fixture, kept: Callable[[str], str | None]
) -> None:
    await fixture.store.set(PASSWORD, "old")
    fixture.ring.keep = lambda value: value if value == "old" else kept(value)
    with pytest.raises(SecretsFault) as caught:
        await fixture.store.set(PASSWORD, "new")
    assert caught.value.state is SecretsState.LYING
    assert await fixture.store.get(PASSWORD) == "old"
    assert fixture.store.state is SecretsState.LYING
    assert await fixture.store.retry() is SecretsState.LYING
    fixture.ring.keep = lambda value: value
    assert await fixture.store.retry() is SecretsState.OK
    assert fixture.ring.kept == {PASSWORD: "old"}


async def test_a_delete_that_does_nothing_is_noticed(fixture: Fixture) -> None:
    await fixture.store.set(PASSWORD, "p")
    fixture.ring.delete = lambda name: None  # type: ignore[method-assign]
    with pytest.raises(SecretsFault):
        await fixture.store.delete(PASSWORD)
    assert fixture.store.state is SecretsState.LYING


async def test_a_call_that_never_ends_is_replaced_on_retry(tmp_path: Path) -> None:
    fixture = Fixture(tmp_path, timeout=0.1)
    never = threading.Event()
    fixture.ring.before = lambda: never.wait(30) and None
    assert (await fault(fixture.store)).state is SecretsState.HANGING
    fixture.ring.before = lambda: None
    assert await fixture.store.retry() is SecretsState.OK
    assert await fixture.store.get(PASSWORD) is None
    never.set()


async def test_what_nobody_foresaw_breaks_only_the_call(fixture: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", lambda arguments: logged.put(str(arguments.exc_value)))

    def fail() -> None:
        raise ZeroDivisionError("foreign")

    fixture.ring.before = fail
    assert (await fault(fixture.store)).state is SecretsState.BROKEN
    assert await asyncio.to_thread(logged.get, timeout=5) == "foreign"


async def test_calls_wait_for_each_other(fixture: Fixture) -> None:
    inside: list[int] = []
    together: list[int] = []

    def enter() -> None:
        inside.append(1)
        together.append(len(inside))
        inside.pop()

    fixture.ring.before = enter
    await asyncio.gather(*(fixture.store.get(f"name{n}") for n in range(20)))
    assert together == [1] * 20


async def test_the_state_is_told_once_when_it_changes(fixture: Fixture) -> None:
    assert fixture.store.state is SecretsState.ABSENT
    assert not fixture.store.asked
    assert "not been asked" in fixture.store.sentence()
    await fixture.store.get(PASSWORD)
    await fixture.store.get(PASSWORD)
    assert fixture.told == ["ok"]
    fixture.ring.locked = True
    assert await fixture.store.probe() is SecretsState.LOCKED
    assert fixture.told == ["ok", "locked"]


@pytest.mark.parametrize("name", ["", "x" * 201, "new\nline"])
async def test_names_that_cannot_be_kept_are_refused(fixture: Fixture, name: str) -> None:
    with pytest.raises(BadInput):
        await fixture.store.set(name, "p")


async def test_half_a_character_is_refused_without_being_shown(fixture: Fixture) -> None:
    with pytest.raises(BadInput) as caught:
        await fixture.store.set(PASSWORD, "secret\ud800")
    assert "secret\ud800" not in str(caught.value)
    assert fixture.ring.asked == 0


# The encrypted file, chosen by a person.


async def test_the_encrypted_file_takes_over_with_the_secrets_and_stays_after_a_restart(fixture: Fixture) -> None:
    await fixture.store.set(PASSWORD, "p")
    await fixture.store.use_vault("a good passphrase", carry=(PASSWORD, "none"))
    assert fixture.ring.kept == {}
    assert fixture.store.backend == "the encrypted file"
    assert await fixture.store.get(PASSWORD) == "p"

    folder = fixture.store._place._path.parent
    again = Fixture(folder)
    assert (await fault(again.store)).state is SecretsState.LOCKED
    assert again.store.vault_is_locked, "it waits for its passphrase, not for the keyring"
    with pytest.raises(SecretsFault):
        await again.store.use_vault("another passphrase")
    await again.store.use_vault("a good passphrase")
    assert not again.store.vault_is_locked
    assert await again.store.get(PASSWORD) == "p"
    await again.store.use_keyring(carry=(PASSWORD,))
    assert again.ring.kept == {PASSWORD: "p"}
    assert await again.store.get(PASSWORD) == "p"


async def test_the_encrypted_file_can_be_chosen_while_the_keyring_hangs(tmp_path: Path) -> None:
    fixture = Fixture(tmp_path, timeout=0.1)
    never = threading.Event()
    fixture.ring.before = lambda: never.wait(30) and None
    await fault(fixture.store)
    fixture.store._worker._timeout = 10
    await fixture.store.use_vault("a good passphrase")
    assert fixture.store.state is SecretsState.OK
    never.set()


async def test_nothing_is_moved_to_a_place_that_lies(fixture: Fixture) -> None:
    await fixture.store.use_vault("a good passphrase")
    await fixture.store.set(PASSWORD, "p")
    fixture.ring.keep = lambda value: None
    with pytest.raises(SecretsFault):
        await fixture.store.use_keyring(carry=(PASSWORD,))
    assert await fixture.store.get(PASSWORD) == "p"
    assert fixture.store.backend == "the encrypted file"


# Headless.


async def test_the_environment_comes_first(tmp_path: Path) -> None:
    environ = {"MOLTBOT_GATEWAY_PASSWORD": "from outside"}
    ring = Ring()
    store = SecretStore(tmp_path, environ, EventBus(), ManualClock(), make_keyring=lambda instance, recorded: ring)
    assert await store.get(PASSWORD) == "from outside"
    assert ring.asked == 0


async def test_a_secrets_file_that_was_named_serves_in_place_of_the_keyring(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({PASSWORD: "p"}))
    file.chmod(0o644)
    store = SecretStore(tmp_path / "state", {"CLAWD_SECRETS_FILE": str(file)}, EventBus(), ManualClock())
    refused = await fault(store)
    assert refused.state is SecretsState.BROKEN
    assert "chmod 600" in refused.hint
    file.chmod(0o600)
    assert await store.get(PASSWORD) == "p"
    assert "not encrypted" in store.sentence()


def test_nothing_heavy_is_imported_before_a_secret_is_asked_for() -> None:
    code = (
        "import sys, clawd_desktop.system.secrets, clawd_desktop.system.single_instance;"
        "import clawd_desktop.system.processes;"
        "import clawd_desktop.system.notifications.table, clawd_desktop.system.autostart.table;"
        "print(sorted({'keyring', 'cryptography', 'psutil', 'jeepney', 'secretstorage'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


async def test_a_hanging_keyring_does_not_keep_the_process_from_ending(service: Bus, tmp_path: Path) -> None:
    service.pause_keyring()
    code = (
        "import asyncio, sys; from pathlib import Path; from clawd_desktop.core.bus import EventBus;"
        "from clawd_desktop.core.clock import SystemClock; from clawd_desktop.system.secrets import SecretStore\n"
        "async def main():\n"
        f"    store = SecretStore(Path({str(tmp_path)!r}), {{}}, EventBus(), SystemClock(), timeout=0.2)\n"
        "    print((await store.probe()).value)\n"
        "asyncio.run(main())"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout == "hanging\n"
