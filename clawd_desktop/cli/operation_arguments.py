"""The arguments of the commands that watch, keep and repair; imports nothing heavy, as every start passes here."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from clawd_desktop.cli.argument_actions import actions
from clawd_desktop.cli.argument_types import ago, area_path, path, seconds

_AS_LISTED = "as trace list shows it"
_BACKUP = "its id or the beginning of it as backup list shows it, or a file; of a folder the newest one in it"
_OPENS = "a file with what opens it: the passphrase, or a secret key of age"


def backup(parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser]) -> None:
    """The arguments of `backup`: create, list, verify, show, export, drill, sheet, prune."""
    action = actions(parser, parents)
    create = action("create", "make a backup and read it back")
    create.add_argument("--note", metavar="TEXT", help="what it is for")
    create.add_argument(
        "--area", dest="only", action="append", metavar="NAME", help="only this part, such as config; may be repeated"
    )
    create.add_argument("--to", dest="out", type=path, metavar="FOLDER", help="into this folder, not where others go")
    listed = action("list", "all backups, and what failed")
    listed.add_argument("--remote", action="store_true", help="also ask restic and rclone what is there")
    verify = action("verify", "read a backup whole; exit code 1 at the smallest damage")
    show = action("show", "what a backup holds, and what was left out")
    export = action("export", "make one portable file of a backup, wherever it is kept, and read it back")
    for each in (verify, show, export):
        each.add_argument("target", metavar="BACKUP", help=_BACKUP)
    export.add_argument(
        "out", metavar="FILE", nargs="?", type=path, default=None, help="the new file, or a folder; without: here"
    )
    export.add_argument("--passphrase-file", type=path, metavar="FILE", help="lock it with the passphrase in this file")
    export.add_argument("--open-with", dest="opens", type=path, metavar="FILE", help=_OPENS)
    for each in (verify, show):
        each.add_argument("--passphrase-file", type=path, metavar="FILE", help=_OPENS)
    create.add_argument("--passphrase-file", type=path, metavar="FILE", help="lock it with the passphrase in this file")
    drill = action("drill", "restore the newest ones aside, start a gateway on the copy and compare; 1 when one fails")
    drill.add_argument("target", metavar="BACKUP", nargs="?", help=f"{_BACKUP}; without it the newest of each place")
    drill.add_argument("--passphrase-file", type=path, metavar="FILE", help=_OPENS)
    sheet = action("sheet", "the sheet of paper that helps when this computer is gone; keep it elsewhere")
    sheet.add_argument("target", metavar="FILE", nargs="?", help="write it there: .txt, or .html to be printed")
    prune = action("prune", "remove what the settings keep no longer")
    prune.add_argument("--dry-run", action="store_true", help="say what would be removed, and change nothing")


def restore(parser: argparse.ArgumentParser) -> None:
    """The arguments of `restore`: a backup, or what is done with earlier restores."""
    parser.epilog = "While the application runs it does this itself: it ends for a moment and begins again."
    parser.add_argument("target", metavar="BACKUP", nargs="?", help=f"{_BACKUP}; with --undo what --list shows")
    parser.add_argument(
        "--undo", dest="action", action="store_const", const="undo", help="take a restore back; the last one without ID"
    )
    parser.add_argument(
        "--list", dest="action", action="store_const", const="list", help="the restores that can be taken back"
    )
    parser.add_argument(
        "--area", dest="only", action="append", metavar="NAME", help="only this part, such as config; may be repeated"
    )
    parser.add_argument(
        "--file", dest="files", action="append", metavar="AREA/PATH", type=area_path,
        help="only this file or folder, such as workspace-main/notes.md; may be repeated",
    )  # fmt: skip
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("--passphrase-file", type=path, metavar="FILE", help=_OPENS)


def metrics(parser: argparse.ArgumentParser) -> None:
    """The arguments of `metrics`: one key or all."""
    parser.add_argument(
        "target", metavar="KEY", nargs="?", help="such as system.cpuUsage or model.tokens{openai/gpt-5}"
    )
    parser.add_argument("--since", dest="since_s", type=ago, metavar="TIME", help="such as 30m, 1h (default) or 30d")
    parser.add_argument("--csv", action="store_true", help="print CSV for spreadsheets")


def alerts(parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser]) -> None:
    """The arguments of `alerts` and what is done with them."""
    action = actions(parser, parents, required=False)
    action("list", "what is open (the same as no action)")
    action("past", "what is over, newest first")
    action("rules", "all rules, and what is wrong with those that are off by mistake")
    for name, summary in (("ack", "take care of an alert: it is not told again"), ("why", "why an alert fired")):
        action(name, summary).add_argument("target", metavar="ID", help="as alerts list shows it")
    snooze = action("snooze", "say nothing of a rule for a while")
    test = action("test", "tell a rule's alert to all its sinks, marked as a test")
    for each in (snooze, test):
        each.add_argument("target", metavar="RULE", help="as alerts rules shows it")
    snooze.add_argument("length", metavar="TIME", help="such as 30min, 1h or 2d; 0 ends it")


def trace(parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser]) -> None:
    """The arguments of `trace`: recorded runs."""
    action = actions(parser, parents, required=False)
    action("list", "the runs that are kept, newest first (the same as no action)")
    action("show", "the steps of a run, as a waterfall").add_argument("target", metavar="RUN", help=_AS_LISTED)
    replay = action("replay", "run a recorded turn again, without model and tools; exit code 1 when it differs")
    export = action("export", "a run in the form that ui.perfetto.dev opens; with --json in our own")
    for each in (replay, export):
        each.add_argument("target", metavar="RUN", help=_AS_LISTED)
    export.add_argument("--out", type=path, metavar="FILE", help="write it there")


def profile(parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser]) -> None:
    """The arguments of `profile`: processor time, memory, stalls."""
    action = actions(parser, parents)
    cpu, memory = action("cpu", "sample what the application does"), action("memory", "measure what takes memory")
    cpu.add_argument("--seconds", dest="for_s", type=seconds, metavar="N", help="for how long (default 10, at most 60)")
    cpu.add_argument("--all", dest="everything", action="store_true", help="every thread, not the event loop's alone")
    cpu.add_argument("--out", type=path, metavar="FILE", help="write the file that speedscope.app opens")
    memory.add_argument("--trace", action="store_true", help="also note which line asks for memory, from now on")
    memory.add_argument("--compare", action="store_true", help="what changed since the last time")
    memory.add_argument("--out", type=path, metavar="FILE", help="write it there as JSON")
    action("stalls", "when the event loop stood still, and where")


def doctor(parser: argparse.ArgumentParser) -> None:
    """The arguments of `doctor`: what is examined and repaired."""
    parser.epilog = "Exit codes: 0 nothing is wrong, 1 warnings, 2 errors."
    parser.add_argument("--fix", action="store_true", help="repair what can be repaired, after a copy was made")
    parser.add_argument("--dry-run", action="store_true", help="say what --fix would do, and change nothing")
    parser.add_argument(
        "--only",
        action="append",
        metavar="ID",
        help="only this finding, or all that begin so, such as storage; may be repeated",
    )
    parser.add_argument("--template", action="store_true", help="print a secure configuration to begin with, and end")
    parser.add_argument("--deep", action="store_true", help="also what takes long, or asks a model one short question")


def report(parser: argparse.ArgumentParser) -> None:
    """The arguments of `report`: what goes into it and where it goes."""
    parser.add_argument("--out", type=path, metavar="FILE", help="where to save it (default: here)")
    parser.add_argument("--parts", nargs="+", metavar="PART", help="only these, such as findings log")
    parser.add_argument("--preview", action="store_true", help="print exactly what it holds, and save nothing")


def services(parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser]) -> None:
    """The arguments of `services`: list and restart."""
    action = actions(parser, parents, required=False)
    action("list", "all services and what is or was wrong with them")
    restart = action("restart", "start a service again")
    restart.add_argument("target", metavar="NAME", help="as services list shows it")


def resources(parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser]) -> None:
    """The arguments of `resources`: show and suggest."""
    suggest = actions(parser, parents, required=False)("suggest", "limits that fit this computer")
    suggest.add_argument("--production", action="store_true", help="for a server, not for your own computer")
    suggest.add_argument("--apply", action="store_true", help="write them into the configuration")
