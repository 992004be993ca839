"""Checks of the process that runs: threads, open files, children, rights, and the variables it was started with."""

from __future__ import annotations

import os
import sys

from clawd_desktop.core.brands import BRANDS
from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.container import container
from clawd_desktop.operations.diagnostics.facts import file_limit, open_files
from clawd_desktop.operations.diagnostics.ground import Ground

CATEGORY = "process"
MOST_THREADS = 300
MOST_OF_FILES = 0.8
MANY_ZOMBIES = 5
SLOW_LOOP_S = 0.25
# What this program understands of variables with its own names.
KNOWN_VARIABLES = frozenset({
    "STATE_DIR", "CONFIG_PATH", "GATEWAY_PORT", "GATEWAY_PASSWORD", "GATEWAY_TOKEN", "AGENT_MODEL",
})  # fmt: skip
_LOADERS = ("LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")


def threads(ground: Ground) -> Found:
    """Whether threads pile up."""
    import psutil

    return thread_finding(psutil.Process().num_threads())


def thread_finding(count: int) -> Found:
    """What so many threads mean."""
    if count <= MOST_THREADS:
        return ()
    return (
        Finding("process.threads.many", CATEGORY, Level.WARNING, "Threads pile up", f"There are {count}.",
                "Restart Clawd Desktop, and report it with: clawd-desktop report"),
    )  # fmt: skip


def files(ground: Ground) -> Found:
    """Whether the limit of open files is near."""
    import psutil

    return file_finding(open_files(psutil.Process()), file_limit())


def file_finding(count: int, limit: int) -> Found:
    """What so many open files mean; a limit of 0 is none."""
    if not limit or count < MOST_OF_FILES * limit:
        return ()
    return (
        Finding("process.files.many", CATEGORY, Level.ERROR, "Nearly all files that may be open are open",
                f"{count:,} of {limit:,}.", "Raise the limit (ulimit -n), or restart Clawd Desktop."),
    )  # fmt: skip


def children(ground: Ground) -> Found:
    """Whether ended children are left behind."""
    import psutil

    ended = 0
    for child in psutil.Process().children(recursive=True):
        try:
            ended += child.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            continue
    return child_finding(ended)


def child_finding(ended: int) -> Found:
    """What so many ended children mean that nobody asked for their result."""
    if ended < MANY_ZOMBIES:
        return ()
    return (
        Finding("process.children.ended", CATEGORY, Level.WARNING, "Ended programs are left behind",
                f"{ended} of them.", "Restart Clawd Desktop, and report it with: clawd-desktop report"),
    )  # fmt: skip


def rights(ground: Ground) -> Found:
    """Whether it runs with more rights than it needs."""
    return root_finding(os.geteuid() if sys.platform != "win32" else -1, container())


def root_finding(user: int, kind: str) -> Found:
    """What running as this user number means; in a container root is usual, and less dangerous."""
    if user != 0:
        return ()
    level = Level.INFO if kind else Level.WARNING
    return (
        Finding("process.rights.root", CATEGORY, level, "It runs as root",
                "Whatever goes wrong may then change the whole system.", "Run it as a user of its own."),
    )  # fmt: skip


def variables(ground: Ground) -> Found:
    """Whether variables say what nobody understands, or load foreign code."""
    known = {brand + name for brand in BRANDS for name in KNOWN_VARIABLES}
    own = (name for name in ground.environ if name.startswith(tuple(BRANDS)) and name not in known)
    found: list[Finding] = []
    if unknown := sorted(own):
        found.append(
            Finding("process.variables.unknown", CATEGORY, Level.INFO, "Variables without effect", ", ".join(unknown),
                    "Check how they are written; this version does not read them.")
        )  # fmt: skip
    if loaders := [name for name in _LOADERS if ground.environ.get(name)]:
        found.append(
            Finding("process.variables.loader", CATEGORY, Level.INFO, "Foreign code may be loaded",
                    f"{', '.join(loaders)} is set.", "Unset it unless you know why it is there.")
        )  # fmt: skip
    return tuple(found)


def loop(ground: Ground) -> Found:
    """Whether the event loop of the running application answers in time."""
    return lag_finding(ground.status.report().loop_lag_s if ground.status is not None else 0.0)


def lag_finding(seconds: float) -> Found:
    """What so long a silence of the loop means."""
    if seconds < SLOW_LOOP_S:
        return ()
    return (
        Finding("process.loop.slow", CATEGORY, Level.WARNING, "The application answers late",
                f"Its loop stood still for {seconds:.1f} s.", "The log says what it was doing."),
    )  # fmt: skip


def running(ground: Ground) -> Found:
    """Who owns the data folder."""
    owner = ground.owner()
    if ground.status is not None:
        return ()
    if owner is None:
        return (Finding("process.running.not", CATEGORY, Level.INFO, "Clawd Desktop does not run",
                        "These are the checks that need no running application."),)  # fmt: skip
    return (
        Finding("process.running.silent", CATEGORY, Level.WARNING, "Clawd Desktop runs, but cannot be asked",
                f"It is process {owner or '(not known)'}.", "Its log says why; restart it when it stays so."),
    )  # fmt: skip


CHECKS = (
    Check("process.running", CATEGORY, "Application", running),
    Check("process.threads", CATEGORY, "Threads", threads),
    Check("process.files", CATEGORY, "Open files", files),
    Check("process.children", CATEGORY, "Child processes", children),
    Check("process.rights", CATEGORY, "Rights of the process", rights),
    Check("process.variables", CATEGORY, "Environment", variables),
    Check("process.loop", CATEGORY, "Event loop", loop),
)
