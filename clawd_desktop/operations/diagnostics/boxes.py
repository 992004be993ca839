"""Checks of what can keep tools apart from this computer: each is really tried."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Ground

CATEGORY = "sandbox"
TRY_S = 4.0
_SWITCHES = (
    (Path("/proc/sys/user/max_user_namespaces"), "0"),
    (Path("/proc/sys/kernel/unprivileged_userns_clone"), "0"),
    (Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"), "1"),
)


@dataclass(frozen=True, slots=True)
class Box:
    """One way to keep tools apart. `trouble` says why it cannot be used, "" when it can."""

    name: str
    trouble: str = ""


async def available(ground: Ground) -> Found:
    """Which ways there are, when the configuration wants one."""
    boxes = [await _bubblewrap(), await _docker()] if sys.platform.startswith("linux") else [await _docker()]
    return box_findings(boxes, ground.config.config.agents.defaults.sandbox.mode, namespaces())


def box_findings(boxes: list[Box], mode: str, namespace_trouble: str) -> Found:
    """What these ways mean for a configuration with that sandbox mode."""
    good = [box.name for box in boxes if not box.trouble]
    if good:
        return (Finding("sandbox.available", CATEGORY, Level.OK, f"Sandbox: {', '.join(good)} can be used"),)
    why = " ".join(f"{box.name}: {box.trouble}" for box in boxes)
    level = Level.WARNING if mode != "off" else Level.INFO
    wanted = f'agents.defaults.sandbox.mode is "{mode}". ' if mode != "off" else ""
    return (
        Finding("sandbox.available.none", CATEGORY, level, "Nothing can keep tools apart from this computer",
                f"{wanted}{why} {namespace_trouble}".strip(), "Install bubblewrap, or Docker."),
    )  # fmt: skip


def namespaces(switches: tuple[tuple[Path, str], ...] = _SWITCHES) -> str:
    """Why users may not make namespaces of their own, "" when nothing forbids it. Source: namespaces(7), AppArmor."""
    for path, off in switches:
        with contextlib.suppress(OSError):
            if path.read_text(encoding="ascii").strip() == off:
                return f"{path} is {off}: the system lets no user make namespaces."
    return ""


async def _bubblewrap() -> Box:
    program = shutil.which("bwrap")
    if program is None:
        return Box("bubblewrap", "it is not installed.")
    return Box("bubblewrap", await _tried(program, "--unshare-all", "--ro-bind", "/", "/", "true"))


async def _docker() -> Box:
    program = shutil.which("docker") or shutil.which("podman")
    if program is None:
        return Box("Docker", "it is not installed.")
    return Box(Path(program).name, await _tried(program, "version", "--format", "{{.Server.Version}}"))


async def _tried(*command: str) -> str:
    """Why the command did not work, "" when it did."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        return f"{error.strerror}."
    try:
        async with asyncio.timeout(TRY_S):
            _, said = await process.communicate()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return "it does not answer."
    if process.returncode == 0:
        return ""
    return (said.decode("utf-8", "replace").strip().splitlines() or [f"it ended with {process.returncode}."])[0][:200]


CHECKS = (Check("sandbox.available", CATEGORY, "Sandbox", available, limit_s=15.0),)
