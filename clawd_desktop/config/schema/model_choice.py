"""Which model is asked and which ones after it; written as a text or as an object."""

from pydantic import model_validator

from clawd_desktop.config.schema.base import Names, Section, option
from clawd_desktop.core.values import JsonValue


class ModelChoice(Section):
    """A first choice and what is asked when it fails; `"provider/model"` alone is the first choice."""

    primary: str = option(
        "", "Model", "provider/model that is asked first; empty: the best one that is there.",
        placeholder="anthropic/claude-opus-4-5",
    )  # fmt: skip
    fallbacks: Names = option((), "Fallbacks", "provider/model that are asked in turn when the first one fails.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: JsonValue) -> JsonValue:
        return {"primary": value} if isinstance(value, str) else value
