"""Runs venv and pip, and turns what they say when they fail into a sentence with a way on."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from development import system
from development.console import Failure

PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)
KEPT = {"pip", "setuptools", "wheel"}
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


@dataclass(frozen=True)
class Cause:
    """Words that pip prints, what they mean, and what to do."""

    words: str
    message: str
    hint: str


# The first that matches counts: without a network pip also says "no matching distribution".
CAUSES = (
    Cause(
        r"No space left on device|Disk quota exceeded|Errno 28\]|Errno 122\]",
        "The disk is full.",
        "Free some space and start again.",
    ),
    Cause(
        r"CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerification",
        "The package index's certificate was refused.",
        "Check the computer's clock, and PIP_CERT if a company's own certificate is in use.",
    ),
    Cause(
        r"Name or service not known|name resolution|NameResolutionError|getaddrinfo failed|NewConnectionError|"
        r"ConnectTimeout|ReadTimeout|Read timed out|ConnectionResetError|Connection refused|Network is unreachable|"
        r"ProxyError|Max retries exceeded",
        "The package index cannot be reached.",
        "Check the network (and HTTPS_PROXY, if you use a proxy) and start again; what was downloaded is kept.",
    ),
    Cause(
        r"DO NOT MATCH THE HASHES|HashMismatch",
        "A downloaded package is not the one that the lock names; it was not installed.",
        "Start again; if it happens twice, the index or a cache gives out something else (try: pip cache purge).",
    ),
    Cause(
        r"Read-only file system|Errno 30\]",
        "The project's folder is read-only.",
        "Copy the project to a folder that you can write to.",
    ),
    Cause(
        r"Permission denied|Errno 13\]|Access is denied",
        "A file in the project's folder may not be written.",
        "Copy the project to a folder that is yours, or delete .venv if another user made it.",
    ),
    Cause(
        r"No matching distribution found|Could not find a version",
        f"A pinned package has no ready-made build for Python {PYTHON} on this system.",
        "Use CPython 3.11 to 3.14 on Linux (glibc), macOS or Windows: python3.12 installers/dev.py run",
    ),
    Cause(
        r"No module named .?pip|No module named .?encodings",
        "The environment is broken.",
        "Delete the folder .venv and start again.",
    ),
)


def explain(output: str, doing: str) -> Failure:
    """What pip's or venv's last words mean."""
    for cause in CAUSES:
        if re.search(cause.words, output):
            return Failure(cause.message, cause.hint, output)
    return Failure(f"{doing} failed.", "What the program said stands above.", output)


def make_venv(venv: Path) -> None:
    """Make an environment with pip in the folder. Raises Failure."""
    if not _has_venv_module():
        need = system.Need("venv", f"python{PYTHON}-venv", "python3", _has_venv_module)
        system.ensure("making an environment", [need])
    base = getattr(sys, "_base_executable", None) or sys.executable
    made = subprocess.run([base, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise explain(made.stdout + made.stderr, "Making the environment")


def _has_venv_module() -> bool:
    """Debian and Ubuntu split it off Python."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("venv") is not None and importlib.util.find_spec("ensurepip") is not None


def install(python: Path, listing: Path, progress: Callable[[str], None]) -> None:
    """Install exactly the pinned packages of the file, and nothing that is not in it. Raises Failure.

    Only ready-made wheels: building one would fetch build tools that no lock pins.
    """
    command = [
        str(python), "-I", "-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:",
        "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "3", "-r", str(listing),
    ]  # fmt: skip
    total = len(PIN.findall(listing.read_text(encoding="utf-8")))
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=pip_environment()
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            words = line.split()
            if words[:1] == ["Collecting"]:
                seen = sum(1 for earlier in lines if earlier.startswith(("Collecting", "Requirement already")))
                progress(f"{seen} of {total}, {words[1].split('==')[0]}")
            elif words[:1] == ["Installing"]:
                progress("unpacking")
    if pip.returncode != 0:
        raise explain("".join(lines), "Installing the packages")


def pip_environment() -> dict[str, str]:
    """The person's own environment without the settings that would put packages elsewhere."""
    misleading = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_HASHES", "PYTHONHOME", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name not in misleading}


def normal(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def remove_unlisted(python: Path, text: str) -> None:
    """Uninstall what no lock names, so that the environment holds exactly the lock. Raises Failure."""
    listed = {normal(name) for name in PIN.findall(text)} | KEPT
    pip = [str(python), "-I", "-m", "pip", "--disable-pip-version-check"]
    said = subprocess.run([*pip, "list", "--format=freeze"], capture_output=True, text=True, check=False)
    extra = [name for name in PIN.findall(said.stdout) if normal(name) not in listed]
    if extra:
        gone = subprocess.run([*pip, "uninstall", "-y", *extra], capture_output=True, text=True, check=False)
        if gone.returncode != 0:
            raise explain(gone.stdout + gone.stderr, f"Removing {', '.join(extra)}")


def site_packages(python: Path) -> Path:
    """Where the environment keeps its packages."""
    asked = [str(python), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
