"""The `doctor` command: asks the running application what is wrong, or looks by itself, and repairs what it can."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit, TimedOut
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text

if TYPE_CHECKING:
    from clawd_desktop.operations.diagnostics.doctor import Doctor
    from clawd_desktop.operations.diagnostics.ground import Ground

QUICK_S, DEEP_S, REPAIR_S = 90.0, 420.0, 90.0
ALL_WELL, WARNINGS, ERRORS = Exit.OK, Exit(1), Exit(2)
_STYLES = {"error": "red", "warning": "yellow", "info": "dim"}
_WORDS = {"error": "error", "warning": "warning", "info": "note"}
_MENDED = ("warning", "error")
_WIDEST = 110
Connect = Callable[[], Awaitable[GatewayClient]]


@dataclass(frozen=True)
class Asked:
    """Whoever examines: the running application or this process. `live` says which."""

    live: bool
    examine: Callable[[], Awaitable[JsonObject]]
    mend: Callable[[str, bool], Awaitable[JsonObject]]


async def run(arguments: Arguments, connect: Connect, console: Console) -> Exit:
    """Examine, repair where that is asked for, and tell; the exit code is 0, 1 (warnings) or 2 (errors)."""
    if arguments.template:
        from clawd_desktop.config.audit import secure_template  # not for those who only ask

        console.json(secure_template())
        return ALL_WELL
    async with _whom_to_ask(arguments, connect, console) as asked:
        report = await asked.examine()
        _check_names(_rows(report), arguments.only)
        done: list[JsonValue] = []
        if arguments.fix or arguments.dry_run:
            done = [*await _mend(arguments, asked, _rows(report), console)]
            report = report if arguments.dry_run else await asked.examine()
        chosen: list[JsonValue] = [row for row in _rows(report) if _is_chosen(row, arguments.only)]
        report = {**report, "findings": chosen}
    if arguments.json:
        console.json({"running": asked.live, **report, **({"repairs": done} if done else {})})
    else:
        show(_rows(report), console)
    return exit_of(_rows(report))


def exit_of(rows: list[JsonObject]) -> Exit:
    """0 when nothing is wrong, 1 with warnings, 2 with errors."""
    severities = {as_text(row.get("severity")) for row in rows}
    return ERRORS if "error" in severities else WARNINGS if "warning" in severities else ALL_WELL


def _is_chosen(row: JsonObject, only: Sequence[str]) -> bool:
    """Whether the finding was asked for: by its id, by that of its check, or by their beginning."""
    name = as_text(row.get("id"))
    return not only or any(name == one or name.startswith(f"{one}.") or one.startswith(f"{name}.") for one in only)


def _check_names(rows: list[JsonObject], only: Sequence[str]) -> None:
    """Raises BadInput for one that nothing is called by."""
    for one in only:
        if not any(_is_chosen(row, (one,)) for row in rows):
            raise BadInput(f"No finding is called '{one}'.", hint="See: clawd-desktop doctor --json")


def _rows(report: JsonObject) -> list[JsonObject]:
    return [as_object(row) for row in as_list(report.get("findings"))]


@asynccontextmanager
async def _whom_to_ask(arguments: Arguments, connect: Connect, console: Console) -> AsyncIterator[Asked]:
    try:
        client = await connect()
    except ClawdError as error:
        if arguments.url:
            raise
        console.note(f"The application cannot be asked, so this looks by itself. ({error.message})")
        async with ground_here(arguments) as ground:
            yield _by_itself(ground, arguments.deep)
        return
    try:
        yield _over_the_socket(client, arguments)
    finally:
        await client.close()


def _over_the_socket(client: GatewayClient, arguments: Arguments) -> Asked:
    limit = arguments.timeout_s or (DEEP_S if arguments.deep else QUICK_S)

    async def examine() -> JsonObject:
        return as_object(await client.request("doctor.run", {"deep": arguments.deep}, timeout_s=limit))

    async def mend(finding_id: str, dry_run: bool) -> JsonObject:
        params: JsonObject = {"id": finding_id, "dryRun": dry_run}
        return as_object(await client.request("doctor.repair", params, timeout_s=REPAIR_S))

    return Asked(True, examine, mend)


def _by_itself(ground: Ground, deep: bool) -> Asked:
    from clawd_desktop.operations.diagnostics.doctor import Doctor

    doctor = Doctor(ground)

    async def mend(finding_id: str, dry_run: bool) -> JsonObject:
        mended = await doctor.mend(finding_id, dry_run)
        return {"id": mended.finding_id, "done": mended.done, "text": mended.text, "backup": mended.backup}

    return Asked(False, lambda: _examined(doctor, deep), mend)


async def _examined(doctor: Doctor, deep: bool) -> JsonObject:
    from clawd_desktop.operations.diagnostics.facts import as_json
    from clawd_desktop.operations.diagnostics.report_parts import finding_json

    findings: list[JsonValue] = [finding_json(finding) for finding in await doctor.examine(deep)]
    try:
        return {**as_json(await doctor.facts()), "findings": findings}
    except TimeoutError as late:
        raise TimedOut("This computer does not tell how it is within 10 s.") from late


@asynccontextmanager
async def ground_here(arguments: Arguments) -> AsyncIterator[Ground]:
    """What checks need in this process."""
    from clawd_desktop.backup.assembly import make_desk
    from clawd_desktop.backup.standing import facts_of
    from clawd_desktop.config.paths import find_paths
    from clawd_desktop.core.brands import BRANDS
    from clawd_desktop.core.bus import EventBus
    from clawd_desktop.operations.diagnostics.alone import ground_alone

    environ = dict(os.environ)
    if arguments.port is not None:
        environ[BRANDS[0] + "GATEWAY_PORT"] = str(arguments.port)
    async with ground_alone(find_paths(environ, Path.home(), arguments.data_dir), environ) as ground:
        desk = make_desk(ground.paths, ground.config, ground.secrets, ground.clock, EventBus())
        yield replace(ground, backups=lambda: facts_of(desk))


async def _mend(arguments: Arguments, asked: Asked, rows: list[JsonObject], console: Console) -> list[JsonObject]:
    done: list[JsonObject] = []
    for row in rows:
        finding_id = as_text(row.get("id"))
        wanted = _is_chosen(row, arguments.only) and (arguments.only or as_text(row.get("severity")) in _MENDED)
        if not wanted or not row.get("repair"):
            continue
        try:
            mended = await asked.mend(finding_id, arguments.dry_run)
        except ClawdError as error:
            console.note(f"{finding_id}: {error.sentence()}")
            done.append({"id": finding_id, "done": False, "text": error.sentence()})
            continue
        done.append(mended)
        if not arguments.json:
            _tell(row, mended, console)
    if not done and not arguments.json:
        console.line("There is nothing that could be repaired by itself.")
    return done


def _tell(row: JsonObject, mended: JsonObject, console: Console) -> None:
    word = "repaired" if mended.get("done") else "would do"
    console.raw(f"{console.styled(word, 'green')}  {console.clean(as_text(row.get('title')))}\n")
    for line in as_text(mended.get("text")).splitlines():
        console.line(f"          {line}")
    if backup := as_text(mended.get("backup")):
        console.line(f"          What it was is kept in {backup}")
    console.line()


def show(rows: list[JsonObject], console: Console) -> None:
    """What was found, worst first, and one line about all that is well."""
    width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns)
    groups = max((len(as_text(row.get("category"))) for row in rows), default=0)
    wrong = [row for row in rows if as_text(row.get("severity")) in _WORDS]
    for row in wrong:
        _show_one(row, console, groups, width)
    count = Counter(as_text(row.get("severity")) for row in rows)
    told = [f"{count[name]} {_WORDS[name]}{'s' if count[name] != 1 else ''}" for name in _WORDS if count[name]]
    checks = "1 check" if count["ok"] == 1 else f"{count['ok']} checks"
    console.line(f"{', '.join(told) or 'Nothing is wrong'}.{f' {checks} found nothing.' if count['ok'] else ''}")
    mendable = sum(1 for row in wrong if row.get("repair") and as_text(row.get("severity")) in _MENDED)
    if mendable:
        console.line(f"{mendable} of these can be repaired: clawd-desktop doctor --fix (first with --dry-run)")


def _show_one(row: JsonObject, console: Console, groups: int, width: int) -> None:
    severity = as_text(row.get("severity"))
    head = console.styled(_WORDS[severity].ljust(8), _STYLES[severity])
    group = console.styled(as_text(row.get("category")).ljust(groups), "dim")
    console.raw(f"{head} {group}  {console.styled(as_text(row.get('title')), 'bold')}\n")
    indent = " " * (11 + groups)
    for key, style in (("description", ""), ("recommendation", ""), ("id", "dim")):
        for line in textwrap.wrap(as_text(row.get(key)), max(30, width - len(indent)), break_on_hyphens=False):
            shown = console.styled(line, style) if style else console.clean(line)
            console.raw(f"{indent}{shown}\n")
    console.line()
