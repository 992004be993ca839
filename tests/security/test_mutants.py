"""The table of mutants does not rot: what each one turns off still stands in the sources, once."""

from __future__ import annotations

import ast

import pytest
from security.mutants import MUTANTS, PACKAGE, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_what_a_mutant_turns_off_still_stands_once_in_its_file(mutant: Mutant) -> None:
    source = (ROOT / PACKAGE / mutant.file).read_text(encoding="utf-8")
    changed = mutant.applied(source)
    assert changed != source
    assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(source)), "it changes what is done, and can be run"


def test_names_are_told_apart_and_there_are_enough() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 25


def test_a_text_that_is_gone_or_stands_twice_is_loud() -> None:
    mutant = Mutant("x", "y.py", "if a:", "if b:")
    assert mutant.applied("if a: pass") == "if b: pass"
    for source in ("if c: pass", "if a: pass\nif a: pass"):
        with pytest.raises(ValueError, match=r"times in y\.py"):
            mutant.applied(source)
