"""A real desktop on a virtual screen for tests: X server, D-Bus, Secret Service, window manager, tray, notifications.

Every program that is started here is ended here, with whatever it started itself. The parts can be used alone:
`private_bus()` and `secret_service()` need no screen and start in well under a second.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

# What must be installed for the desktop tests: program -> Debian package.
PROGRAMS: Mapping[str, str] = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xfce4-panel": "xfce4-panel",
    "dunst": "dunst",
    "gnome-keyring-daemon": "gnome-keyring",
    "dbus-daemon": "dbus-x11",
    "secret-tool": "libsecret-tools",
    "xdotool": "xdotool",
    "import": "imagemagick",
}
FONTS = ("fonts-dejavu", "fonts-noto-cjk")
BUS_PROGRAMS = ("dbus-daemon",)
KEYRING_PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")

KEYRING_PASSWORD = "test"
PATIENCE = 15.0
_STEP = 0.01
_MARK = "CLAWD_TEST_DESKTOP"
_SERVICES = Path("/usr/share/dbus-1/services")
_BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_SECRETS = DBusAddress("/org/freedesktop/secrets", "org.freedesktop.secrets", "org.freedesktop.Secret.Service")
_DEFAULT_COLLECTION = "/org/freedesktop/secrets/aliases/default"

# Icons of the tray stand in squares as wide as the panel is high; this is the middle of the first (seen on screen).
_PANEL_HEIGHT = 30
_TRAY_FIRST = 16

_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

# One panel at the top: a tray for both protocols at its left end, where the place of an icon does not depend on
# anything else, window buttons and a clock. The stock configuration names plugins that may not be installed.
_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="size" type="uint" value="{height}"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
        <value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-2" type="string" value="tasklist"/>
    <property name="plugin-3" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-4" type="string" value="clock"/>
  </property>
</channel>
"""


def missing_packages(programs: Sequence[str] = tuple(PROGRAMS)) -> list[str]:
    """The Debian packages of those programs that are not installed."""
    return [PROGRAMS[program] for program in programs if shutil.which(program) is None]


def require(programs: Sequence[str] = tuple(PROGRAMS)) -> None:
    """Skip the test, naming the packages, where a program is missing (macOS, Windows, a bare machine)."""
    missing = missing_packages(programs)
    if missing:
        pytest.skip(f"needs: apt-get install {' '.join(missing)}")


def wait_until(condition: Callable[[], bool], what: str, *, patience: float = PATIENCE) -> None:
    """Return as soon as the condition holds. Raises TimeoutError that says what was waited for."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {patience:g} s in vain for {what}")
        time.sleep(_STEP)


class Programs:
    """Child processes of one session, their folder and logs; all are gone after `end`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clawd-", dir="/tmp"))
        self.mark = self.folder.name
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self, arguments: Sequence[str], environ: Mapping[str, str], *, stdin: bytes = b"", pass_fds: Sequence[int] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a program whose output goes to `<folder>/<program>.log`."""
        name = Path(arguments[0]).name
        with (self.folder / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                arguments,
                env={**environ, _MARK: self.mark},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=pass_fds,
                start_new_session=True,
                cwd=self.folder,
            )
        assert child.stdin
        child.stdin.write(stdin)
        child.stdin.close()
        self._children[name] = child
        return child

    def log(self, name: str) -> str:
        """What the program wrote so far."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self, name: str, kind: signal.Signals = signal.SIGTERM) -> None:
        """End one program now and wait until it is gone."""
        child = self._children.pop(name)
        child.send_signal(kind)
        child.send_signal(signal.SIGCONT)  # one that a test has paused hears it too
        try:
            child.wait(2)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(5)

    def end(self) -> None:
        """End all programs, the last one first, and those they started; remove the folder."""
        for name in reversed(list(self._children)):
            self.stop(name)
        stray = [process for process in psutil.process_iter() if self._is_ours(process)]
        for process in stray:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stray, timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.pid != os.getpid() and process.environ().get(_MARK) == self.mark
        except psutil.Error:
            return False


@dataclass
class Bus:
    """A private D-Bus session bus. `environ` is for programs that shall use it."""

    programs: Programs
    address: str
    environ: dict[str, str]
    connection: DBusConnection

    def call(self, address: DBusAddress, method: str, signature: str = "", *body: object) -> tuple[object, ...]:
        """Call a method on the bus and return its results."""
        message = new_method_call(address, method, signature, body)
        return tuple(unwrap_msg(self.connection.send_and_get_reply(message, timeout=PATIENCE)))

    def has_name(self, name: str) -> bool:
        """Whether a program on the bus owns the name."""
        return bool(self.call(_BUS, "NameHasOwner", "s", name)[0])

    def wait_for_name(self, name: str) -> None:
        """Return when a program owns the name."""
        wait_until(lambda: self.has_name(name), f"{name} on the bus")

    def own_name(self, name: str) -> None:
        """Own a name without ever answering: a service that hangs."""
        self.call(_BUS, "RequestName", "su", name, 0)

    def start_keyring(self) -> None:
        """Start the Secret Service with an unlocked default collection."""
        data = self.programs.folder / "data"
        data.mkdir(exist_ok=True)
        self.programs.start(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            {**self.environ, "XDG_DATA_HOME": str(data)},
            stdin=KEYRING_PASSWORD.encode(),
        )
        self.wait_for_name("org.freedesktop.secrets")

    def stop_keyring(self) -> None:
        """Kill the Secret Service and wait until the bus has noticed; its files stay for the next start."""
        self.programs.stop("gnome-keyring-daemon", signal.SIGKILL)
        wait_until(lambda: not self.has_name("org.freedesktop.secrets"), "the Secret Service to be gone")

    def pause_keyring(self) -> None:
        """Let the Secret Service hang until `resume_keyring`: it stays on the bus and answers nothing."""
        self.programs._children["gnome-keyring-daemon"].send_signal(signal.SIGSTOP)

    def resume_keyring(self) -> None:
        """Let the Secret Service go on."""
        self.programs._children["gnome-keyring-daemon"].send_signal(signal.SIGCONT)

    def lock_keyring(self) -> None:
        """Lock the default collection, as a screen locker or a login without password does."""
        self.call(_SECRETS, "Lock", "ao", [_DEFAULT_COLLECTION])

    def offer(self, *services: str) -> None:
        """Let the bus start these installed services when somebody asks for them."""
        for service in services:
            (self.programs.folder / "services" / f"{service}.service").symlink_to(_SERVICES / f"{service}.service")
        self.call(_BUS, "ReloadConfig")


@contextlib.contextmanager
def private_bus() -> Iterator[Bus]:
    """A session bus on which nothing runs and nothing is started on demand."""
    require(BUS_PROGRAMS)
    programs = Programs()
    try:
        bus = _start_bus(programs, _environ(programs.folder))
        with contextlib.closing(bus.connection):
            yield bus
    finally:
        programs.end()


@contextlib.contextmanager
def secret_service() -> Iterator[Bus]:
    """A session bus with a real, unlocked Secret Service (gnome-keyring) and no screen, so nobody can be asked."""
    require(KEYRING_PROGRAMS)
    with private_bus() as bus:
        bus.start_keyring()
        yield bus


@dataclass
class Desktop:
    """A desktop in use. `environ` is for programs that shall run on it."""

    programs: Programs
    bus: Bus
    environ: dict[str, str]

    def run(self, *arguments: str) -> str:
        """Run a short program on the desktop and return what it printed."""
        return subprocess.run(
            arguments, env=self.environ, check=True, capture_output=True, text=True, timeout=PATIENCE
        ).stdout

    def screenshot(self, path: Path) -> Path:
        """Save a picture of the whole screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run("import", "-window", "root", str(path))
        return path

    def windows(self, title: str) -> list[str]:
        """Ids of the visible windows whose title matches the regular expression."""
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return found.stdout.split()

    def wait_for_window(self, title: str) -> str:
        """The id of the first visible window with that title, as soon as there is one."""
        wait_until(lambda: bool(self.windows(title)), f"a window {title!r}")
        return self.windows(title)[0]

    def wait_for_focus(self, title: str) -> str:
        """The id of the window with that title, as soon as it has the keyboard."""
        window = self.wait_for_window(title)
        wait_until(lambda: self.run("xdotool", "getwindowfocus").strip() == window, f"{title!r} to take the keyboard")
        return window

    def wait_for_no_window(self, title: str) -> None:
        """Return when no window with that title is visible."""
        wait_until(lambda: not self.windows(title), f"the window {title!r} to go")

    def click(self, x: int, y: int, *, button: int = 1, window: str = "") -> None:
        """Click at a place of the screen or, with `window`, of that window."""
        where = ["--window", window] if window else []
        # Without --sync: it waits for ever when the pointer is there already, and the server keeps the order anyway.
        self.run("xdotool", "mousemove", *where, str(x), str(y), "click", str(button))

    def focus(self, window: str) -> None:
        """Bring the window to the front with the keyboard on it."""
        self.run("xdotool", "windowactivate", "--sync", window)

    def type(self, text: str) -> None:
        """Type the text on the keyboard."""
        self.run("xdotool", "type", "--delay", "2", "--", text)

    def key(self, *names: str) -> None:
        """Press keys or chords: "Return", "ctrl+k"."""
        self.run("xdotool", "key", *names)

    def tray_items(self) -> list[str]:
        """The StatusNotifier items that the panel knows: "<bus name>/<object path>"."""
        watcher = DBusAddress(
            "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher", "org.freedesktop.DBus.Properties"
        )
        reply = self.bus.call(watcher, "Get", "ss", "org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems")
        _, items = reply[0]  # type: ignore[misc]
        return list(items)  # type: ignore[call-overload]

    def click_tray(self, index: int = 0, *, button: int = 1) -> None:
        """Click the tray icon at that place from the left; 3 is the right button."""
        self.click(_TRAY_FIRST + index * _PANEL_HEIGHT, _PANEL_HEIGHT // 2, button=button)

    def start_panel(self) -> None:
        """Start the panel with its tray, and return when the tray takes icons."""
        configured = self.programs.folder / "config/xfce4/xfconf/xfce-perchannel-xml"
        configured.mkdir(parents=True, exist_ok=True)
        (configured / "xfce4-panel.xml").write_text(_PANEL.format(height=_PANEL_HEIGHT))
        self.programs.start(["xfce4-panel", "--disable-wm-check"], _of_desktop(self.environ, self.programs.folder))
        self.bus.wait_for_name("org.kde.StatusNotifierWatcher")

    def stop_panel(self) -> None:
        """Kill the panel, as a crash does, and wait until its tray is gone."""
        self.programs.stop("xfce4-panel", signal.SIGKILL)
        wait_until(lambda: not self.bus.has_name("org.kde.StatusNotifierWatcher"), "the tray to be gone")


@contextlib.contextmanager
def desktop_session(
    *, tray: bool = True, keyring: bool = True, notify: bool = True, size: str = "1280x800"
) -> Iterator[Desktop]:
    """A desktop with a window manager and, unless told otherwise, a tray, an unlocked keyring and notifications."""
    require()
    programs = Programs()
    try:
        display = _start_screen(programs, size)
        environ = {**_environ(programs.folder), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        bus = _start_bus(programs, environ)
        with contextlib.closing(bus.connection):
            desktop = Desktop(programs, bus, bus.environ)
            _start_desktop(desktop, tray=tray, keyring=keyring, notify=notify)
            yield desktop
    finally:
        programs.end()


def _start_desktop(desktop: Desktop, *, tray: bool, keyring: bool, notify: bool) -> None:
    own = _of_desktop(desktop.environ, desktop.programs.folder)
    desktop.bus.offer("org.xfce.Xfconf", "org.gnome.keyring.SystemPrompter", "org.gnome.keyring.PrivatePrompter")
    ready = desktop.programs.folder / "openbox.ready"
    desktop.programs.start(["openbox", "--startup", f"touch {ready}"], own)
    if notify:
        desktop.programs.start(["dunst"], own)
    if keyring:
        desktop.bus.start_keyring()
    wait_until(ready.exists, "the window manager")
    if notify:
        desktop.bus.wait_for_name("org.freedesktop.Notifications")
    if tray:
        desktop.start_panel()


def _start_screen(programs: Programs, size: str) -> str:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as answer:
        try:
            programs.start(
                ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
                os.environ,
                pass_fds=(writer,),
            )
        finally:
            os.close(writer)
        number = answer.readline().decode().strip()
    assert number, f"Xvfb did not start: {programs.log('Xvfb')}"
    return f":{number}"


def _start_bus(programs: Programs, environ: dict[str, str]) -> Bus:
    (programs.folder / "services").mkdir()
    (programs.folder / "bus.conf").write_text(_BUS_CONFIG.format(folder=programs.folder))
    address = f"unix:path={programs.folder}/bus"
    own = {**_of_desktop(environ, programs.folder), "DBUS_SESSION_BUS_ADDRESS": address}
    programs.start(["dbus-daemon", f"--config-file={programs.folder}/bus.conf", "--nofork", "--nopidfile"], own)
    wait_until(lambda: _answers(programs.folder / "bus"), "the D-Bus socket")
    return Bus(programs, address, {**environ, "DBUS_SESSION_BUS_ADDRESS": address}, open_dbus_connection(address))


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _environ(folder: Path) -> dict[str, str]:
    """The environment of programs under test: the caller's, without its own screen, bus and session."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    strangers = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "SESSION_MANAGER")
    kept = {name: value for name, value in os.environ.items() if name not in strangers}
    return {**kept, "XDG_RUNTIME_DIR": str(runtime), "XDG_CURRENT_DESKTOP": "XFCE", "NO_AT_BRIDGE": "1"}


def _of_desktop(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment of the desktop's own programs, which keep their files out of the home under test."""
    own = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE")}
    return {**environ, **own, "HOME": str(folder)}
