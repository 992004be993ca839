"""What a check of the installation is: a row that detects, and where possible one that repairs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.operations.diagnostics.ground import Ground

Found: TypeAlias = tuple[Finding, ...]
Detect: TypeAlias = Callable[[Ground], "Found | Awaitable[Found]"]
# Called with the ground, the finding's id and whether it is only to say what it would do.
Repair: TypeAlias = Callable[[Ground, str, bool], "Mended | Awaitable[Mended]"]
LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Check:
    """One row. A plain `detect` runs in a thread of its own, an `async def` one on the loop; so do repairs.

    What it finds is called `id` or `id.<cause>`. Nothing found means that all is well. `deep` checks cost time, money
    or a connection and are made only when asked for; `limit_s` is in seconds.
    """

    id: str
    category: str
    title: str
    detect: Detect
    repair: Repair | None = None
    deep: bool = False
    limit_s: float = LIMIT_S

    def made(self, finding_id: str) -> bool:
        """Whether a finding with this id is this check's."""
        return finding_id == self.id or finding_id.startswith(f"{self.id}.")

    def well(self) -> Finding:
        """What is said when nothing was found."""
        return Finding(self.id, self.category, Level.OK, self.title)

    def unchecked(self, why: str) -> Finding:
        """What is said when the check itself failed."""
        return Finding(
            f"{self.id}.unchecked", self.category, Level.WARNING, f"Could not be checked: {self.title}", why,
            "The log says more. Try again; when it stays so, it is a fault to report.",
        )  # fmt: skip
