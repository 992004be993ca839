"""The table of checks: each group the lesson and the page name is there, and names never meet."""

from __future__ import annotations

import inspect
from pathlib import Path

from clawd_desktop.operations import diagnostics
from clawd_desktop.operations.diagnostics.table import CHECKS


def test_names_are_unique_and_say_their_group() -> None:
    names = [check.id for check in CHECKS]
    assert len(names) == len(set(names))
    for one in CHECKS:
        assert one.title
        assert not [other for other in CHECKS if other is not one and one.made(other.id)], one.id


def test_what_the_issue_names_is_looked_at() -> None:
    wanted = {
        "system.memory", "system.load", "system.clock", "process.files", "network.interfaces", "network.port",
        "network.loopback", "network.certificate", "storage.folders", "storage.rights", "storage.room",
        "storage.inodes", "storage.dumps", "storage.leftovers", "keyring.works", "desktop.bus", "desktop.autostart",
        "sandbox.available", "config", "traces.channels", "models.usable", "models.answers", "models.clock",
        "databases.version", "databases.quick", "databases.whole", "conversations.index", "conversations.orphans",
        "conversations.torn", "traces.backups", "traces.secrets", "traces.log",
    }  # fmt: skip
    assert wanted <= {check.id for check in CHECKS}


def test_every_group_has_its_rows_in_the_table() -> None:
    folder = Path(inspect.getfile(diagnostics)).parent
    with_rows = {path.stem for path in folder.glob("*.py") if "\nCHECKS = (" in path.read_text()}
    text = (folder / "table.py").read_text()
    assert {name for name in with_rows if f"*{name}.CHECKS" not in text} == set()
