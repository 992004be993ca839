"""The questions, one after the other, and what the answers come to; without any gateway."""

from __future__ import annotations

import pytest
from result_shapes import misfit

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway.results.setup import WizardStep
from clawd_desktop.gateway.setup_wizard import LONGEST_TEXT, Plan, SetupWizard, Source
from clawd_desktop.models.discovery import Found

OLLAMA = Found("ollama", "http://127.0.0.1:11434/v1", ("a", "b"))
SOURCES = (
    Source("local", "Built in", "Small.", ("tiny",)),
    Source("ollama", "Ollama", models=OLLAMA.models, server=OLLAMA),
    Source("openai", "OpenAI", models=("gpt",), wants_key=True),
    Source("groq", "Groq", wants_key=True, has_key=True),
)


def walked(*answers: JsonValue, workspace: str = "") -> SetupWizard:
    wizard = SetupWizard(SOURCES, workspace)
    for answer in answers:
        assert wizard.step is not None
        assert misfit(WizardStep, wizard.step) == "", "every step is what clients read"
        wizard.answer(wizard.step["id"], answer)
    return wizard


@pytest.mark.parametrize(
    ("answers", "plan"),
    [
        (("local", "tiny"), Plan({"agents": {"defaults": {"model": {"primary": "local/tiny"}}}})),
        (
            ("openai", "sk", "gpt"),
            Plan(
                {
                    "agents": {"defaults": {"model": {"primary": "openai/gpt"}}},
                    "models": {"providers": {"openai": {"apiKey": "keyring:models.providers.openai.apiKey"}}},
                },
                "models.providers.openai.apiKey",
                "sk",
            ),
        ),
        (("groq", "", "any model"), Plan({"agents": {"defaults": {"model": {"primary": "groq/any model"}}}})),
    ],
)
def test_what_the_answers_come_to(answers: tuple[str, ...], plan: Plan) -> None:
    wizard = walked(None, *answers, True)
    assert (wizard.confirmed, wizard.step) == (True, None)
    assert wizard.plan() == plan
    assert "sk" not in repr(wizard.plan()) or not plan.secret


def test_a_server_and_a_workspace() -> None:
    patch = walked(None, "ollama", "b", True, workspace="~/w").plan().patch
    assert patch["agents"] == {"defaults": {"model": {"primary": "ollama/b"}, "workspace": "~/w"}}
    models = [{"id": "a", "name": "a"}, {"id": "b", "name": "b"}]
    assert patch["models"] == {"providers": {"ollama": {"baseUrl": OLLAMA.base_url, "models": models}}}


@pytest.mark.parametrize(
    ("before", "bad"),
    [
        ((None,), "nobody"), ((None,), None), ((None, "openai"), ""), ((None, "openai"), 5),
        ((None, "openai"), "x" * (LONGEST_TEXT + 1)), ((None, "openai"), "a\x00b"), ((None, "openai", "sk"), "other"),
        ((None, "groq", ""), ""), ((None, "local", "tiny"), "yes"), ((None, "local", "tiny"), None),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_fit_changes_nothing(before: tuple[JsonValue, ...], bad: JsonValue) -> None:
    wizard = walked(*before)
    step = wizard.step
    assert step is not None
    with pytest.raises(BadInput):
        wizard.answer(step["id"], bad)
    assert (wizard.step, wizard.status, wizard.confirmed) == (step, "running", False)


def test_nothing_is_planned_before_it_is_confirmed() -> None:
    with pytest.raises(BadInput):
        walked(None, "local", "tiny").plan()
    refused = walked(None, "local", "tiny", False)
    assert (refused.status, refused.error, refused.step) == ("cancelled", "cancelled", None)
    with pytest.raises(BadInput, match="no pending step"):
        refused.answer("x", True)


def test_a_step_is_answered_once() -> None:
    wizard = SetupWizard(SOURCES)
    assert wizard.step is not None
    first = wizard.step["id"]
    wizard.answer(first, None)
    with pytest.raises(BadInput, match="no pending step"):
        wizard.answer(first, None)
    wizard.cancel("enough")
    wizard.cancel("again")
    assert (wizard.status, wizard.error) == ("cancelled", "enough")
