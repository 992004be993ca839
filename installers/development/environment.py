"""Makes a virtual environment hold exactly what the lock pins, and knows at once when it already does."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from development import packages
from development.console import Failure, say, step
from development.places import REQUIREMENTS, ROOT, VENV, program

STAMP = "clawd-setup.json"
UNFINISHED = "clawd-setup.unfinished"
LOCK_FILES = ("runtime", "model", "dev")
MINIMUM = (3, 11)
HEALTH = "import pip, sys; print(*sys.version_info[:2]); sys.exit(sys.prefix == sys.base_prefix)"


@dataclass(frozen=True)
class Layer:
    """Pinned packages that are installed together; `megabytes` is the disk space that they need."""

    name: str
    text: str
    megabytes: int

    def digest(self) -> str:
        """Changes when a pin changes."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def locked(*names: str) -> str:
    """The text of lock files. Raises Failure when one is not there."""
    try:
        return "\n".join((REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8") for name in names)
    except FileNotFoundError as error:
        raise Failure(
            f"The lock file {error.filename} is missing.", "Restore it with: git checkout installers/requirements"
        ) from error


def runtime_layer() -> Layer:
    """What the application needs, with its built-in model."""
    return Layer("runtime", locked("runtime", "model"), 700)


def dev_layer() -> Layer:
    """What tests and checks need besides."""
    return Layer("dev", locked("dev"), 200)


def ensure(layers: Sequence[Layer], venv: Path = VENV) -> Path:
    """Install the layers that are not yet there and return the environment's Python; returns at once when all are.

    What neither the lock files nor a layer names is removed. Raises Failure with a sentence for everything that
    can go wrong.
    """
    python = program(venv, "python")
    if not _missing(venv, python, layers):
        return python
    with _one_at_a_time(venv):
        _make(venv, python)
        listed = "\n".join([locked(*LOCK_FILES), *(layer.text for layer in layers)])
        for layer in _missing(venv, python, layers):
            with _disk_explained(venv):
                _install(venv, python, layer, listed)
    return python


def _missing(venv: Path, python: Path, layers: Sequence[Layer]) -> list[Layer]:
    if not python.exists() or (venv / UNFINISHED).exists():
        return list(layers)
    stamp = _read_stamp(venv, python)
    return [layer for layer in layers if stamp.get(layer.name) != layer.digest()]


def _read_stamp(venv: Path, python: Path) -> dict[str, str]:
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
        return stamp if stamp.get("interpreter") == _interpreter(venv, python) else {}
    except (OSError, ValueError, AttributeError):
        return {}


def _interpreter(venv: Path, python: Path) -> str:
    """Names the environment's place and its Python: a moved folder or an upgraded system must not pass as unchanged."""
    facts = python.resolve().stat()
    return f"{venv} {python.resolve()} {facts.st_size} {int(facts.st_mtime)}"


def _make(venv: Path, python: Path) -> None:
    if venv.exists() and not venv.is_dir():
        raise Failure(f"{venv} is a file, but the environment has to go there.", "Move it away and start again.")
    if venv.is_dir() and any(venv.iterdir()):
        ours = (venv / UNFINISHED).exists()
        if not ours and not (venv / "pyvenv.cfg").exists():
            raise Failure(f"{venv} exists and is no Python environment.", "Move it away and start again.")
        if not ours and _healthy(python):
            return
        reason = "the last set-up was interrupted" if ours else "its Python does not run any more"
        say(f"Making {venv.name} again, because {reason}; downloads are kept.")
        with _disk_explained(venv):
            shutil.rmtree(venv)
    with step(f"Making {venv.name} with Python {sys.version.split()[0]}"), _disk_explained(venv):
        venv.mkdir(exist_ok=True)
        _mark_unfinished(venv)
        packages.make_venv(venv)
        (venv / UNFINISHED).unlink()


def _healthy(python: Path) -> bool:
    try:
        said = subprocess.run(
            [str(python), "-I", "-c", HEALTH], capture_output=True, text=True, timeout=60, check=False
        )
        return said.returncode == 0 and tuple(int(part) for part in said.stdout.split()) >= MINIMUM
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False


def _install(venv: Path, python: Path, layer: Layer, listed: str) -> None:
    stamp = _read_stamp(venv, python)
    free = shutil.disk_usage(venv).free // 1_000_000
    if free < layer.megabytes and layer.name not in stamp:
        raise Failure(
            f"The disk of {venv} has {free} MB left; the {layer.name} packages need about {layer.megabytes} MB.",
            "Free some space and start again.",
        )
    listing = venv / f"{layer.name}.txt"
    listing.write_text(layer.text, encoding="utf-8")
    with step(f"Installing the {layer.name} packages into {venv.name}") as under_way:
        _mark_unfinished(venv)
        try:
            packages.install(python, listing, under_way.progress)
        except Failure as failure:
            # Until pip unpacks, nothing has changed; a package that is half there would pass for a whole one.
            if "Installing collected packages" not in failure.output:
                (venv / UNFINISHED).unlink()
            raise
        packages.remove_unlisted(python, listed)
        _put_checkout_on_path(venv, python)
    stamp |= {"interpreter": _interpreter(venv, python), layer.name: layer.digest()}
    beside = venv / f"{STAMP}.new"
    beside.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    beside.replace(venv / STAMP)
    (venv / UNFINISHED).unlink()


def _mark_unfinished(venv: Path) -> None:
    """Should this process be killed now, the next one starts afresh."""
    (venv / UNFINISHED).touch()


def _put_checkout_on_path(venv: Path, python: Path) -> None:
    """The environment sees the package where it stands, from any folder, and has the command `clawd-desktop`."""
    folder = packages.site_packages(python)
    (folder / "clawd_desktop_checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    if os.name == "nt":
        script = program(venv, "python").with_name("clawd-desktop.cmd")
        script.write_text(f'@"{python}" -P -m clawd_desktop %*\r\n', encoding="utf-8")
        return
    script = program(venv, "clawd-desktop")
    # A shell finds a Python whose path has spaces; a first line with #! does not.
    script.write_text(f'#!/bin/sh\nexec "{python}" -P -m clawd_desktop "$@"\n', encoding="utf-8")
    script.chmod(0o755)


@contextlib.contextmanager
def _disk_explained(venv: Path) -> Iterator[None]:
    causes = {
        errno.ENOSPC: ("the disk is full", "Free some space and start again."),
        errno.EDQUOT: ("your disk quota is used up", "Free some space and start again."),
        errno.EROFS: ("the disk is read-only", "Copy the project to a folder that you can write to."),
        errno.EACCES: ("you may not write there", "Copy the project to a folder that is yours, or ask its owner."),
        errno.EPERM: ("you may not write there", "Copy the project to a folder that is yours, or ask its owner."),
    }
    try:
        yield
    except OSError as error:
        cause, hint = causes.get(error.errno or 0, (error.strerror or str(error), "Check the disk and the folder."))
        raise Failure(f"Could not write to {error.filename or venv}: {cause}.", hint) from error


@contextlib.contextmanager
def _one_at_a_time(venv: Path) -> Iterator[None]:
    """Two set-ups of one checkout wait for each other; Windows, which locks files in use by itself, does without."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (REQUIREMENTS / "runtime.txt").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say(f"Another set-up of {venv} is under way; waiting for it to end.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
