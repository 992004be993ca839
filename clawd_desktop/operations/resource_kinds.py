"""The table of what takes places: how many at once the configuration allows, and what each needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.config.schema import Config
from clawd_desktop.operations.admission_rules import Ceilings, ResourceRequirements

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work. `plural` names it in sentences ("3 turns wait").

    `ceiling` is how many may run at once, None without a limit; `budget` how many bytes all of them may keep together.
    `needs` is an estimate. `built` says that this version has such work; the others wait for whoever builds it.
    """

    name: str
    title: str
    plural: str
    ceiling: Callable[[Config], int | None]
    needs: Callable[[Config], ResourceRequirements]
    built: bool = True
    budget: Callable[[Config], int | None] = lambda config: None


def _memory(megabytes: float) -> ResourceRequirements:
    return ResourceRequirements(memory=round(megabytes * MIB))


def memory_limit(config: Config) -> int:
    """Bytes that the application may use with its child processes; 0 for no limit."""
    return round(config.agents.memory_limit * MIB)


# Estimates: a turn holds its history (at most 8 MiB) and the answer; the built-in model was measured at 193 MB with
# its 98 MB of weights; a headless Chromium with one page takes about 300 MB; a shell with a small program 32 MB.
KINDS: tuple[Kind, ...] = (
    Kind("agent", "Turns", "turns", lambda c: c.agents.defaults.max_concurrent, lambda c: _memory(8)),
    Kind("model", "Built-in models", "built-in models", lambda c: c.resources.embedded_models, lambda c: _memory(250)),
    Kind("browser", "Browsers", "browsers", lambda c: c.tools.browser.max_instances,
         lambda c: _memory(min(300, c.tools.browser.memory_limit or 300)), built=False),
    Kind("exec", "Commands", "commands", lambda c: c.tools.exec.max_processes, lambda c: _memory(32), built=False),
    Kind("memory", "Large jobs", "large jobs", lambda c: None, lambda c: _memory(0), built=False,
         budget=lambda c: memory_limit(c) or None),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}


def ceilings_of(config: Config) -> Ceilings:
    """What the configuration leaves to the computer."""
    resources = config.resources
    return Ceilings(
        reserve_memory=round(resources.reserve_memory * MIB),
        reserve_disk=round(resources.reserve_disk * MIB),
        max_cpu=resources.max_cpu,
        memory_limit=memory_limit(config),
    )
