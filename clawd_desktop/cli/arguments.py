"""Understands the command line; imports nothing heavy, because every start passes through here."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop import __version__
from clawd_desktop.cli import operation_arguments
from clawd_desktop.cli.argument_actions import actions
from clawd_desktop.cli.argument_types import count as _count
from clawd_desktop.cli.argument_types import params as _params
from clawd_desktop.cli.argument_types import path as _path
from clawd_desktop.cli.argument_types import port as _port
from clawd_desktop.cli.argument_types import seconds as _seconds
from clawd_desktop.cli.argument_types import url as _url
from clawd_desktop.cli.exits import table
from clawd_desktop.core.values import JsonObject

APP = "app"
SERVE = "serve"
LOCAL_COMMANDS = (APP, SERVE)
_SECRETS = (
    "Secrets are never taken as arguments: use CLAWDBOT_GATEWAY_PASSWORD, CLAWDBOT_GATEWAY_TOKEN or --password-file."
)
_SAFE_MODE = "start without channels, hooks, automation and your own look"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was asked for. `timeout_s` and `port` are None when not given; `message` is None for a conversation.

    `action` is what to do with devices or nodes, and `target` the request, device, node, alert, rule or backup
    that it is about; `length` is a time with its unit.
    `opens` is a file with what opens a backup. `out` is a file to write, `for_s` how long to watch, `everything` asks
    for all threads, `trace` for lines of code.
    """

    command: str = APP
    data_dir: Path | None = None
    port: int | None = None
    show: str = ""
    at_login: bool = False
    safe_mode: bool = False
    json: bool = False
    url: str = ""
    password_file: Path | None = None
    passphrase_file: Path | None = None
    timeout_s: float | None = None
    method: str = ""
    params: JsonObject | None = None
    message: str | None = None
    session: str = "main"
    action: str = ""
    target: str = ""
    length: str = ""
    role: str = ""
    scopes: tuple[str, ...] | None = None
    no_open: bool = False
    since_s: float | None = None
    csv: bool = False
    for_s: float | None = None
    everything: bool = False
    trace: bool = False
    compare: bool = False
    limit: int = 0
    follow: bool = False
    level: str = ""
    subsystem: str = ""
    production: bool = False
    apply: bool = False
    fix: bool = False
    dry_run: bool = False
    deep: bool = False
    template: bool = False
    only: tuple[str, ...] = ()
    out: Path | None = None
    parts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    preview: bool = False
    yes: bool = False
    note: str = ""
    remote: bool = False
    opens: Path | None = None


def parse(arguments: Sequence[str]) -> Arguments:
    """The arguments (without the program's name) as facts.

    Raises SystemExit: 0 after --help, 2 with a sentence on standard error when they cannot be understood.
    """
    values = vars(_parser().parse_args(list(arguments)))
    words = values.pop("message", [])
    values = {name: value for name, value in values.items() if value is not None}
    for name in ("scopes", "only", "parts", "files"):
        if name in values:
            values[name] = tuple(values[name])
    return Arguments(**{**values, "command": values.get("command") or APP, "message": " ".join(words) or None})


def _parser() -> argparse.ArgumentParser:
    everywhere = _option_group()
    everywhere.add_argument("--data-dir", type=_path, metavar="FOLDER", help="state folder (default ~/.clawdbot)")
    everywhere.add_argument("--port", type=_port, metavar="PORT", help="the gateway's port (default 18789)")
    client = _option_group()
    client.add_argument("--url", type=_url, help="the gateway's address, such as ws://127.0.0.1:18789")
    client.add_argument("--password-file", type=_path, metavar="FILE", help="read the gateway password from a file")
    client.add_argument("--timeout", dest="timeout_s", type=_seconds, metavar="SECONDS", help="wait at most this long")
    as_json = _option_group()
    as_json.add_argument("--json", action="store_true", help="print JSON for programs")

    parser = argparse.ArgumentParser(
        prog="clawd-desktop",
        description="A personal assistant that lives in the system tray. Without a command the application starts.",
        epilog=f"{table()}\n\n{_SECRETS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[everywhere],
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    parser.add_argument("--show", metavar="PAGE", help="open the window at this page, such as chat")
    parser.add_argument("--safe-mode", action="store_true", help=_SAFE_MODE)
    parser.add_argument("--at-login", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=f"clawd-desktop {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, summary: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=summary,
            description=summary,
            parents=[everywhere, *parents],
            argument_default=argparse.SUPPRESS,
            allow_abbrev=False,
        )

    app = command(APP, "start the application (the same as no command)")
    app.add_argument("--show", metavar="PAGE", help="open the window at this page")
    serve = command(SERVE, "run the gateway without windows")
    for each in (app, serve):
        each.add_argument("--safe-mode", action="store_true", help=_SAFE_MODE)
    command("status", "how the running application is", client, as_json)
    call = command("call", "call a gateway method and print its result as JSON", client)
    call.add_argument("method", metavar="METHOD", help="such as health or sessions.list")
    call.add_argument("--params", type=_params, metavar="JSON", help="the method's parameters, a JSON object")
    chat = command("chat", "ask the assistant; without MESSAGE, talk with it", client)
    chat.add_argument("message", metavar="MESSAGE", nargs="*", help="what to say; - reads it from standard input")
    chat.add_argument("--session", metavar="KEY", help="the conversation (default main)")
    page = command("dashboard", "a link that opens the control page, signed in; it works once", as_json)
    page.add_argument("--no-open", action="store_true", help="only print the link, open no browser")
    command("quit", "end the running application", client)
    command("hash-password", "print the Argon2id hash of a password, for the configuration")
    command("version", "print the version", as_json)
    parents = (everywhere, client, as_json)
    _devices(command("devices", "who may connect: list, approve, reject, rotate, revoke"), parents)
    _looking(command, (client, as_json))
    _nodes(command("nodes", "machines that lend their abilities: list, describe, invoke"), parents)
    operation_arguments.metrics(command("metrics", "what is measured; with KEY, what it was before", client, as_json))
    operation_arguments.alerts(
        command("alerts", "what is wrong: list, past, rules, ack, snooze, test, why", client, as_json), parents
    )
    operation_arguments.trace(command("trace", "how runs went: list, show, replay, export", client, as_json), parents)
    inspect = command("inspect", "what a conversation consists of, and what is wrong with it", client, as_json)
    inspect.add_argument("target", metavar="SESSION", help="its key, its id or its label")
    operation_arguments.profile(command("profile", "where processor time and memory go: cpu, memory, stalls"), parents)
    operation_arguments.resources(
        command("resources", "what there is room for; suggest: limits that fit", client, as_json), parents
    )
    operation_arguments.doctor(
        command("doctor", "what is wrong with this installation, and what mends it", client, as_json)
    )
    operation_arguments.report(
        command("report", "a redacted report for others, as a zip file; nothing is sent", client, as_json)
    )
    operation_arguments.backup(
        command("backup", "backups: create, list, verify, show, export, drill, sheet, prune", client, as_json), parents
    )
    operation_arguments.restore(command("restore", "bring a backup back, and take that back again", client, as_json))
    operation_arguments.services(
        command("services", "how the parts of the application stand: list, restart", client, as_json), parents
    )
    return parser


def _looking(command: Callable[..., argparse.ArgumentParser], parents: Sequence[argparse.ArgumentParser]) -> None:
    """What the application has written down: its log and its audit ledger."""
    logs = command("logs", "the newest lines of the log", *parents)
    logs.add_argument("--follow", action="store_true", help="go on with the lines that come, until Ctrl+C")
    logs.add_argument("--level", choices=("debug", "info", "warn", "error", "fatal"), help="at least as important")
    logs.add_argument("--subsystem", metavar="PART", help="only of this part, such as gateway")
    audit = command("audit", "who did what: changes, decisions, refused logins", *parents)
    for each in (logs, audit):
        each.add_argument("--limit", type=_count, metavar="NUMBER", help="how many lines")


def _devices(parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser]) -> None:
    action = actions(parser, parents)
    action("list", "who waits and who may come back")
    approve = action("approve", "let a device in; without REQUEST_ID the only one that waits")
    approve.add_argument("target", metavar="REQUEST_ID", nargs="?", help="as devices list shows it")
    action("reject", "turn a device away").add_argument("target", metavar="REQUEST_ID", help="as devices list shows it")
    rotate = action("rotate", "give a device a new token; its old ones die")
    revoke = action("revoke", "kill the tokens of a device")
    for each in (rotate, revoke):
        each.add_argument("target", metavar="DEVICE_ID", help="the id or its first 6 or more characters")
        each.add_argument("--role", help="operator or node; not needed when the device has only one")
    rotate.add_argument(
        "--scope", dest="scopes", action="append", metavar="SCOPE", help="what the new token may do; may be repeated"
    )


def _nodes(parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser]) -> None:
    action = actions(parser, parents)
    action("list", "all nodes, those that are connected first")
    describe = action("describe", "one node with all that it can do")
    invoke = action("invoke", "ask a node for something and print its answer as JSON")
    for each in (describe, invoke):
        each.add_argument("target", metavar="NODE", help="its name, its id, or the id's first 6 or more characters")
    invoke.add_argument("method", metavar="COMMAND", help="such as system.which")
    invoke.add_argument("--params", type=_params, metavar="JSON", help="the command's parameters, a JSON object")


def _option_group() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
