"""The questions by which a client sets the assistant up, one after the other; decides only, changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.results.setup import StepOption, WizardState, WizardStep
from clawd_desktop.models.choosing import Server, key_name, key_patch, primary_patch, server_patch

CANCELLED = "cancelled"
NO_STEP = "wizard: no pending step"
LONGEST_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who can answer: a provider, a server on this computer, or the built-in model.

    `wants_key`: a key is asked for; `has_key`: one is known already, so that none need be given.
    """

    id: str
    label: str
    hint: str = ""
    models: tuple[str, ...] = ()
    wants_key: bool = False
    has_key: bool = False
    server: Server | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the answers come to: a merge patch, and a secret to be stored first ("" when there is none)."""

    patch: JsonObject
    secret_name: str = ""
    secret: str = field(default="", repr=False)


class SetupWizard:
    """A note, who answers, that one's key, which model, and whether to save it."""

    def __init__(self, sources: Sequence[Source], workspace: str = "") -> None:
        self.status: WizardState = "running"
        self.error = ""
        self.confirmed = False
        self._sources = {source.id: source for source in sources}
        self._workspace = workspace
        self._source: Source | None = None
        self._key = ""
        self._model = ""
        self._take: Callable[[JsonValue], None] = self._take_note
        self.step: WizardStep | None = _step(
            "note",
            title="Clawd Desktop",
            message="This chooses who answers your messages. Nothing is changed before you confirm it at the end.",
        )

    def answer(self, step_id: str, value: JsonValue) -> None:
        """Take an answer to the pending step and go on. Raises BadInput when it does not fit; the step then stays."""
        if self.step is None or self.step["id"] != step_id:
            raise BadInput(NO_STEP)
        self._take(value)

    def cancel(self, why: str = CANCELLED) -> None:
        """End it without a change."""
        if self.status == "running":
            self.status, self.error, self.step = "cancelled", why, None

    def plan(self) -> Plan:
        """What is to be done, once it is confirmed."""
        source = self._source
        if source is None or not self.confirmed:
            raise BadInput("The set-up is not confirmed yet.")
        name = f"{source.id}/{self._model}"
        patch = server_patch(source.server, self._model) if source.server is not None else primary_patch(name)
        if self._key:
            patch |= key_patch(source.id)
        if self._workspace:
            agents: JsonObject = {"defaults": {"model": {"primary": name}, "workspace": self._workspace}}
            patch |= {"agents": agents}
        return Plan(patch, key_name(source.id) if self._key else "", self._key)

    def _ask(self, step: WizardStep, take: Callable[[JsonValue], None]) -> None:
        self.step, self._take = step, take

    def _take_note(self, value: JsonValue) -> None:
        options = [_option(source) for source in self._sources.values()]
        self._ask(_step("select", message="Who shall answer?", options=options), self._take_source)

    def _take_source(self, value: JsonValue) -> None:
        source = self._sources.get(value) if isinstance(value, str) else None
        if source is None:
            raise BadInput("There is no such choice.", hint=f"Choose one of: {', '.join(self._sources)}.")
        self._source = source
        if source.wants_key:
            known = " Leave it empty to use the one that is set already." if source.has_key else ""
            asked = f"API key of {source.label}; it goes into the keyring.{known}"
            self._ask(_step("text", message=asked, sensitive=True), self._take_key)
        else:
            self._ask_model(source)

    def _take_key(self, value: JsonValue) -> None:
        source = self._source
        key = _text(value)
        if source is None or not (key or source.has_key):
            raise BadInput("A key is needed.", hint="Paste the key that the provider's page shows.")
        self._key = key
        self._ask_model(source)

    def _ask_model(self, source: Source) -> None:
        if source.models:
            options: list[StepOption] = [{"value": model, "label": model} for model in source.models]
            step = _step("select", message="Which model?", options=options, initial=source.models[0])
        else:
            step = _step("text", message=f"Which model of {source.label}?", placeholder="The model's name")
        self._ask(step, self._take_model)

    def _take_model(self, value: JsonValue) -> None:
        source, model = self._source, _text(value)
        if source is None or not model or (source.models and model not in source.models):
            raise BadInput("There is no such model.", hint="Choose one of the list, or write the model's name.")
        self._model = model
        kept = " The key goes into the keyring." if self._key else ""
        told = f"{source.label} answers with {model} from now on.{kept}"
        self._ask(_step("confirm", message=f"{told} Save it?", initial=True), self._take_confirmation)

    def _take_confirmation(self, value: JsonValue) -> None:
        if not isinstance(value, bool):
            raise BadInput("The answer is true or false.")
        if not value:
            self.cancel()
            return
        self.confirmed, self.step = True, None


def _step(
    kind: str,
    *,
    title: str = "",
    message: str = "",
    options: list[StepOption] | None = None,
    placeholder: str = "",
    initial: JsonValue = None,
    sensitive: bool = False,
) -> WizardStep:
    facts = {
        "id": str(uuid.uuid4()),
        "type": kind,
        "title": title,
        "message": message,
        "options": options,
        "initialValue": initial,
        "placeholder": placeholder,
        "sensitive": sensitive,
        "executor": "client",
    }
    return {name: value for name, value in facts.items() if value not in (None, "", False)}  # type: ignore[return-value]


def _option(source: Source) -> StepOption:
    option: StepOption = {"value": source.id, "label": source.label}
    if source.hint:
        option["hint"] = source.hint
    return option


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise BadInput("The answer is a text.")
    text = value.strip()
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise BadInput(f"The answer is one line of at most {LONGEST_TEXT:,} characters.")
    return text
