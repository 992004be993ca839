"""Errors have a stable code, a sentence and a way on."""

from __future__ import annotations

import pytest

from clawd_desktop.core import errors
from clawd_desktop.core.errors import ClawdError, ModelFault, ModelFaultKind, SecretsFault, SecretsState

TREE = [
    (errors.BadInput, ClawdError, "bad_input"),
    (errors.Conflict, errors.BadInput, "conflict"),
    (errors.NotFound, ClawdError, "not_found"),
    (errors.Refused, ClawdError, "refused"),
    (errors.Unavailable, ClawdError, "unavailable"),
    (errors.StorageFault, errors.Unavailable, "storage"),
    (errors.AlreadyRunning, errors.Unavailable, "already_running"),
    (errors.Busy, errors.Unavailable, "busy"),
]


@pytest.mark.parametrize(("kind", "parent", "code"), TREE)
def test_the_tree(kind: type[ClawdError], parent: type[ClawdError], code: str) -> None:
    assert issubclass(kind, parent)
    error = kind("It broke.", hint="Mend it.")
    assert (error.code, error.message, error.hint) == (code, "It broke.", "Mend it.")
    assert str(error) == error.sentence() == "It broke. Mend it."


def test_the_tree_is_drawn_in_the_docstring() -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ClawdError)]
    for kind in kinds:
        assert kind.__name__ in (errors.__doc__ or "")


def test_codes_are_unlike_each_other() -> None:
    codes = [kind.code for kind, _, _ in TREE]
    assert len(set(codes)) == len(codes)


def test_a_sentence_without_a_hint() -> None:
    assert str(ClawdError("It broke.")) == "It broke."


def test_a_code_of_its_own_does_not_change_the_class() -> None:
    assert ClawdError("x", code="special").code == "special"
    assert ClawdError.code == "error"


def test_who_is_already_running() -> None:
    error = errors.AlreadyRunning("Busy.", pid=7, program="clawdbot")
    assert (error.pid, error.program) == (7, "clawdbot")


@pytest.mark.parametrize("state", SecretsState)
def test_a_secrets_fault_says_its_state(state: SecretsState) -> None:
    fault = SecretsFault("No.", state=state)
    assert (fault.code, fault.state) == (f"secrets.{state.value}", state)


def test_an_unreadable_file_says_where() -> None:
    error = errors.Unreadable("Odd.", path="/x", line=3, column=9)
    assert (error.code, error.path, error.line, error.column) == ("unreadable", "/x", 3, 9)


@pytest.mark.parametrize("kind", ModelFaultKind)
def test_a_model_fault_says_why(kind: ModelFaultKind) -> None:
    fault = ModelFault("No.", kind=kind, retry_after=2.5, status=429)
    assert (fault.code, fault.kind, fault.retry_after, fault.status) == (f"model.{kind.value}", kind, 2.5, 429)
