"""Finds the system libraries and programs that pip cannot bring, and installs them where it may."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path

from development.console import Failure, step


def loads(library: str) -> bool:
    """Can the shared library be loaded?"""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def on_path(name: str, folders: str | None = None) -> bool:
    """Is there a program of this name in these folders (None: those of the search path)?"""
    return shutil.which(name, path=folders) is not None


@dataclass(frozen=True)
class Need:
    """Something of the operating system, the packages that bring it (Debian and Ubuntu; Fedora), and how to see it."""

    name: str
    debian: str
    fedora: str
    present: Callable[[], bool]


@dataclass(frozen=True)
class Manager:
    """A system's package manager: how it installs, how it fetches its list of packages, and its name for a need."""

    program: str
    install: tuple[str, ...]
    refresh: tuple[str, ...]
    package: Callable[[Need], str]


MANAGERS = (
    Manager(
        "apt-get",
        ("apt-get", "install", "-y", "-o", "DPkg::Lock::Timeout=300"),
        ("apt-get", "update", "-o", "DPkg::Lock::Timeout=300"),
        attrgetter("debian"),
    ),
    Manager("dnf", ("dnf", "install", "-y"), ("dnf", "makecache"), attrgetter("fedora")),
)


def _library(name: str, debian: str, fedora: str) -> Need:
    return Need(name, debian, fedora, partial(loads, name))


def _program(name: str, debian: str, fedora: str) -> Need:
    return Need(name, debian, fedora, partial(on_path, name))


def _server(name: str, debian: str, fedora: str) -> Need:
    # Servers lie where only an administrator's search path leads.
    return Need(name, debian, fedora, partial(on_path, name, "/usr/sbin:/usr/bin:/sbin"))


def _font(path: str, debian: str, fedora: str) -> Need:
    return Need(Path(path).name, debian, fedora, Path(path).exists)


# What the xcb and Wayland plugins of PySide6-Essentials 6.11 link to and do not bring (readelf -d on its libraries).
QT_LIBRARIES = (
    _library("libEGL.so.1", "libegl1", "libglvnd-egl"),
    _library("libGL.so.1", "libgl1", "libglvnd-glx"),
    _library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb"),
    _library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    _library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    _library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image"),
    _library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    _library("libxcb-randr.so.0", "libxcb-randr0", "libxcb"),
    _library("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil"),
    _library("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    _library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
    _library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    _library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    _library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    _library("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    _library("libfreetype.so.6", "libfreetype6", "freetype"),
    _library("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    _library("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs"),
    _library("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor"),
    _library("libwayland-egl.so.1", "libwayland-egl1", "libwayland-egl"),
)

# The real desktop in which tests click: screen, window manager, tray, notifications, Secret Service; and their tools.
TEST_PROGRAMS = (
    _program("Xvfb", "xvfb", "xorg-x11-server-Xvfb"),
    _program("openbox", "openbox", "openbox"),
    _program("xfce4-panel", "xfce4-panel", "xfce4-panel"),
    _program("dunst", "dunst", "dunst"),
    _program("gnome-keyring-daemon", "gnome-keyring", "gnome-keyring"),
    _program("dbus-run-session", "dbus-daemon", "dbus-daemon"),
    _program("dbus-launch", "dbus-x11", "dbus-x11"),
    _program("secret-tool", "libsecret-tools", "libsecret"),
    _program("xdotool", "xdotool", "xdotool"),
    _program("import", "imagemagick", "ImageMagick"),
    _program("strace", "strace", "strace"),
    _program("chromium", "chromium", "chromium"),
    _program("curl", "curl", "curl"),
    _program("age", "age", "age"),
    _program("zstd", "zstd", "zstd"),
    _program("ssh-keygen", "openssh-client", "openssh"),
    _program("ip", "iproute2", "iproute"),
    _program("restic", "restic", "restic"),
    _program("rclone", "rclone", "rclone"),
    _server("rsyslogd", "rsyslog", "rsyslog"),
    _font("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "fonts-dejavu-core", "dejavu-sans-fonts"),
    _font("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk", "google-noto-sans-cjk-ttc-fonts"),
)


def ensure(what: str, needs: Sequence[Need]) -> None:
    """Install what is missing when that is allowed; does nothing where there is no Linux.

    Raises Failure with the one command to type when it is not allowed or did not work.
    """
    missing = [need for need in needs if not need.present()] if sys.platform.startswith("linux") else []
    if not missing:
        return
    names = ", ".join(need.name for need in missing)
    manager = next((manager for manager in MANAGERS if on_path(manager.program)), None)
    if manager is None:
        raise Failure(
            f"Missing for {what}: {names}.", "Install them with your system's package manager and start again."
        )
    packages = sorted({manager.package(need) for need in missing})
    typed = f"sudo {manager.program} install -y {' '.join(packages)}"
    right = _right_to_install()
    if right is None:
        raise Failure(f"Missing for {what}: {names}.", f"Type this, then start again:\n    {typed}")
    with step(f"Installing system packages for {what} ({' '.join(packages)})"):
        # sudo drops the caller's environment, so that the wish for no questions travels in the command.
        quiet = [*right, "env", "DEBIAN_FRONTEND=noninteractive"]
        output = _installed([*quiet, *manager.install, *packages], [*quiet, *manager.refresh])
    left = ", ".join(need.name for need in missing if not need.present())
    if left:
        raise Failure(f"Still missing for {what}: {left}.", f"Type this to see why:\n    {typed}", output)


def _right_to_install() -> list[str] | None:
    """What to put before a command to run it as root; None when a password would be asked for."""
    if os.geteuid() == 0:
        return []
    if not on_path("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def _installed(command: list[str], refresh: list[str]) -> str:
    """Run the command; when it fails, fetch the list of packages (a new machine has none) and run it once more."""
    first = _quietly(command)
    if first.returncode == 0:
        return first.stdout
    return first.stdout + _quietly(refresh).stdout + _quietly(command).stdout


def _quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
