"""The walls of the house: who may import whom, and what stands in one place only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "clawd_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
FLOORS = {
    "core": 0,
    "config": 1, "storage": 1, "system": 1,
    "models": 2, "sandbox": 2, "tools": 2, "skills": 2, "memory": 2,
    "agent": 3, "automation": 3, "channels": 3, "operations": 3, "backup": 3,
    "gateway": 4, "ui": 4, "cli": 4,
}  # fmt: skip
TOP = {"__init__.py", "__main__.py", "app.py"}
BROAD_EXCEPT = {"core/tasks.py", "core/bus.py", "agent/tool_runner.py", "ui/operations.py"}
QT = ("PySide6", "qasync", "shiboken6")
DRAWERS = {"utils", "helpers", "common", "misc", "manager"}


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_imports_its_own_room_and_lower_floors_only(path: Path) -> None:
    if name(path) in TOP:
        return
    mine = room(path)
    for imported in imports(path):
        parts = imported.split(".")
        if parts[0] != "clawd_desktop" or len(parts) < 2:
            continue
        other = parts[1]
        if other in ("__version__",) or other == mine:
            continue
        assert other in FLOORS, f"{name(path)} imports {imported}: only the composition root may stand above the rooms"
        assert FLOORS[other] < FLOORS[mine], f"{name(path)} (floor {FLOORS[mine]}) imports {imported}"


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) == "core"], ids=name)
def test_core_needs_only_the_standard_library(path: Path) -> None:
    import sys

    for imported in imports(path):
        top = imported.split(".")[0]
        assert top == "clawd_desktop" or top in sys.stdlib_module_names, f"{name(path)} imports {imported}"


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) != "ui"], ids=name)
def test_only_the_ui_room_knows_qt(path: Path) -> None:
    assert not [imported for imported in imports(path) if imported.startswith(QT)]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_tasks_are_started_only_by_the_task_helper(path: Path) -> None:
    if name(path) != "core/tasks.py":
        found = [call for call, _ in calls(path) if call.split(".")[-1] in ("create_task", "ensure_future")]
        assert not found, f"{name(path)}: use core.tasks.spawn"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_nested_event_loops(path: Path) -> None:
    banned = re.compile(
        r"\.exec_?$|^QMessageBox\.(question|information|warning|critical|about)$|^QFileDialog\.get|^QInputDialog\.get|asyncClose|processEvents$"
    )
    assert not [call for call, _ in calls(path) if banned.search(call)]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_are_written_only_by_safeio(path: Path) -> None:
    if name(path) == "core/safeio.py":
        return
    for call, node in calls(path):
        last = call.split(".")[-1]
        assert last not in ("write_text", "write_bytes", "fsync", "fdatasync"), f"{name(path)}: {call}"
        assert call not in ("os.replace", "os.rename", "os.unlink", "os.remove", "shutil.move", "shutil.rmtree"), call
        if (
            call in ("open", "io.open")
            or last == "open"
            and isinstance(node.func, ast.Attribute)
            and "path" in call.lower()
        ):
            modes = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            modes += [k.value.value for k in node.keywords if k.arg == "mode" and isinstance(k.value, ast.Constant)]
            assert not [mode for mode in modes if set(str(mode)) & set("wax+") and len(str(mode)) <= 3], (
                f"{name(path)}: {call}"
            )


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_credentials_are_compared_only_in_the_gate(path: Path) -> None:
    if name(path) != "gateway/gate.py":
        assert not [call for call, _ in calls(path) if call.endswith("compare_digest")]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_broad_excepts_stand_in_four_places(path: Path) -> None:
    if name(path) in BROAD_EXCEPT:
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("everything", "Exception", "BaseException"), f"{name(path)}:{node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nothing_is_typed_any(path: Path) -> None:
    assert "typing.Any" not in set(imports(path)), f"{name(path)}: unknown data becomes a dataclass at the edge"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_opens_with_one_line_that_says_why_it_exists(path: Path) -> None:
    doc = ast.get_docstring(tree(path))
    assert doc, name(path)
    assert doc.splitlines()[0].strip().endswith((".", ":")), f"{name(path)}: {doc.splitlines()[0]}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_are_small_and_named_for_what_they_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, name(path)
    assert not DRAWERS & set(re.split(r"[_/.]", name(path)))


@pytest.mark.parametrize("path", [p for p in MODULES if p.name not in ("__init__.py", "__main__.py")], ids=name)
def test_every_module_has_its_test_file(path: Path) -> None:
    relative = path.relative_to(PACKAGE)
    assert (ROOT / "tests" / relative.parent / f"test_{relative.name}").exists()


def test_nothing_stands_at_the_top_that_is_not_in_the_plan() -> None:
    allowed = {
        "pyproject.toml", "clawd_desktop", "resources", "installers", "tests", "README.md", "LICENSE", "CHANGELOG.md",
    }  # fmt: skip
    listed = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert listed - {"build", "dist"} <= allowed


def test_nothing_imports_the_composition_root() -> None:
    for path in MODULES:
        if name(path) not in ("__main__.py",):
            assert not [i for i in imports(path) if i.startswith("clawd_desktop.app")], name(path)
