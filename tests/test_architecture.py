"""The walls of the house: who may import whom, and what stands in one place only."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
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
# Of os and shutil: only core/safeio.py may call them.
CHANGES_FILES = {
    "replace", "rename", "renames", "unlink", "remove", "rmdir", "truncate", "link", "symlink", "move", "rmtree",
    "copy", "copy2", "copyfile", "copytree",
}  # fmt: skip
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


def for_each(paths: list[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """One test that looks at all these files and names each that fails: thousands of tiny tests take minutes."""

    def decorate(check: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            faults = []
            for path in paths:
                try:
                    check(path)
                except AssertionError as fault:
                    faults.append(f"{name(path)}: {str(fault).splitlines()[0] if str(fault) else 'fails'}")
            assert not faults, "\n".join(faults)

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return decorate


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def disk_writes(module: ast.Module) -> list[str]:
    """What in the module changes files by itself, as text."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module in ("os", "shutil"):
            found += [alias.name for alias in node.names if alias.name in CHANGES_FILES]
        elif isinstance(node, ast.Call) and changes_a_file(node, ast.unparse(node.func)):
            found.append(ast.unparse(node))
    return found


def changes_a_file(node: ast.Call, called: str) -> bool:
    receiver, _, last = called.rpartition(".")
    if last in ("write_text", "write_bytes", "fsync", "fdatasync", "unlink", "rmdir", "symlink_to", "hardlink_to"):
        return True
    if receiver in ("os", "shutil"):
        return last in CHANGES_FILES or (last == "open" and "O_CREAT" in ast.unparse(node))
    if last == "replace":
        return len(node.args) == 1 and not node.keywords  # text is replaced with two arguments, times with keywords
    if last == "rename":
        return re.search(r"(path|file|folder)$", receiver, re.I) is not None
    given = [*node.args, *(word.value for word in node.keywords if word.arg == "mode")]
    modes = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return last == "open" and any(re.fullmatch(r"(?=.*[wax+])[rwaxbt+]{1,3}", mode) for mode in modes)


def caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"everything"}
    return {ast.unparse(one) for one in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])}


@for_each(MODULES)
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


@for_each([p for p in MODULES if room(p) == "core"])
def test_core_needs_only_the_standard_library(path: Path) -> None:
    import sys

    for imported in imports(path):
        top = imported.split(".")[0]
        assert top == "clawd_desktop" or top in sys.stdlib_module_names, f"{name(path)} imports {imported}"


@for_each([p for p in MODULES if room(p) != "ui"])
def test_only_the_ui_room_knows_qt(path: Path) -> None:
    assert not [imported for imported in imports(path) if imported.startswith(QT)]


@for_each(MODULES)
def test_tasks_are_started_only_by_the_task_helper_and_end_when_they_are_cancelled(path: Path) -> None:
    if name(path) != "core/tasks.py":
        found = [call for call, _ in calls(path) if call.split(".")[-1] in ("create_task", "ensure_future")]
        assert not found, f"{name(path)}: use core.tasks.spawn"
    waits = [call for call, _ in calls(path) if call == "asyncio.wait_for"]
    assert not waits, f"{name(path)}: use asyncio.timeout; before Python 3.12 that one forgets who cancels it"


@for_each(MODULES)
def test_no_nested_event_loops(path: Path) -> None:
    banned = re.compile(
        r"\.exec_?$|^QMessageBox\.(question|information|warning|critical|about)$|^QFileDialog\.get|^QInputDialog\.get|asyncClose|processEvents$"
    )
    assert not [call for call, _ in calls(path) if banned.search(call)]


@for_each(MODULES)
def test_files_are_written_only_by_safeio(path: Path) -> None:
    assert name(path) == "core/safeio.py" or not (found := disk_writes(tree(path))), f"{name(path)}: {found}"


@pytest.mark.parametrize(
    "code",
    [
        "open(p, 'w')", "io.open(p, mode='ab')", "p.open('w')", "(p / 'x').open(mode='r+')", "p.write_text('x')",
        "p.unlink()", "p.rmdir()", "p.replace(q)", "the_file.rename(q)", "os.replace(p, q)", "shutil.move(p, q)",
        "os.open(p, os.O_WRONLY | os.O_CREAT)", "from os import replace", "from shutil import rmtree as gone",
    ],
)  # fmt: skip
def test_a_write_to_the_disk_is_seen(code: str) -> None:
    assert disk_writes(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    ["open(p, 'rb')", "p.open()", "dialog.open()", "t.replace('a', 'b')", "d.replace(day=1)", "safeio.rename(p, q)"],
)
def test_what_only_reads_is_let_be(code: str) -> None:
    assert not disk_writes(ast.parse(code))


@for_each(MODULES)
def test_credentials_are_compared_only_in_the_gate(path: Path) -> None:
    if name(path) != "gateway/gate.py":
        assert not [call for call, _ in calls(path) if call.endswith("compare_digest")]


@for_each(MODULES)
def test_broad_excepts_stand_in_four_places(path: Path) -> None:
    if name(path) in BROAD_EXCEPT:
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            assert not caught(node) & {"everything", "Exception", "BaseException"}, f"{name(path)}:{node.lineno}"


@pytest.mark.parametrize("kind", ["", " Exception", " BaseException as error", " (ValueError, Exception)"])
def test_a_broad_except_is_seen_in_every_spelling(kind: str) -> None:
    code = ast.parse(f"try:\n    f()\nexcept{kind}:\n    pass")
    found = [caught(node) for node in ast.walk(code) if isinstance(node, ast.ExceptHandler)]
    assert found[0] & {"everything", "Exception", "BaseException"}


@for_each(MODULES)
def test_nothing_is_typed_any(path: Path) -> None:
    used = {
        ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "Any"
    }
    assert not {"typing.Any"} & {*imports(path), *used}, f"{name(path)}: unknown data becomes a dataclass at the edge"


@for_each(MODULES)
def test_every_module_opens_with_one_line_that_says_why_it_exists(path: Path) -> None:
    doc = ast.get_docstring(tree(path))
    assert doc, name(path)
    assert doc.splitlines()[0].strip().endswith((".", ":")), f"{name(path)}: {doc.splitlines()[0]}"


@for_each(MODULES)
def test_modules_are_small_and_named_for_what_they_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, name(path)
    assert not DRAWERS & set(re.split(r"[_/.]", name(path)))


@for_each([p for p in MODULES if p.name not in ("__init__.py", "__main__.py")])
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
