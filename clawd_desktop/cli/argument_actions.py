"""Makes the parsers of what can be done with a command, such as `devices list`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence


def actions(
    parser: argparse.ArgumentParser, parents: Sequence[argparse.ArgumentParser], *, required: bool = True
) -> Callable[[str, str], argparse.ArgumentParser]:
    """Makes the parser of one action of this command; each also understands what `parents` do."""
    known = parser.add_subparsers(dest="action", metavar="ACTION", required=required)

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        return known.add_parser(
            name,
            help=summary,
            description=summary,
            parents=list(parents),
            argument_default=argparse.SUPPRESS,
            allow_abbrev=False,
        )

    return action
