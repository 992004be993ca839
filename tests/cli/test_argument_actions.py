"""A command has actions, which understand what all commands do."""

from __future__ import annotations

import argparse

import pytest

from clawd_desktop.cli.argument_actions import actions


def _parser(*, required: bool) -> argparse.ArgumentParser:
    parent = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parent.add_argument("--json", action="store_true")
    parser = argparse.ArgumentParser(argument_default=argparse.SUPPRESS)
    action = actions(parser, (parent,), required=required)
    action("list", "what there is")
    action("show", "one").add_argument("target")
    return parser


def test_each_action_knows_its_own_arguments_and_those_of_all() -> None:
    parser = _parser(required=False)
    assert vars(parser.parse_args(["show", "x", "--json"])) == {"action": "show", "target": "x", "json": True}
    assert vars(parser.parse_args(["list"])) == {"action": "list"}
    assert not vars(parser.parse_args([])).get("action")


@pytest.mark.parametrize("line", [[], ["paint"], ["show"], ["show", "x", "--js"]])
def test_what_is_wrong(line: list[str]) -> None:
    with pytest.raises(SystemExit):
        _parser(required=True).parse_args(line)
