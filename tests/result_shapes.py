"""Whether an answer is exactly what its type says: nothing missing, nothing more, nothing of another kind."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError


def misfit(shape: object, answer: object) -> str:
    """What does not fit, "" when all does."""
    try:
        TypeAdapter(shape).validate_python(answer, strict=True, extra="forbid")
    except ValidationError as error:
        return str(error)
    return ""
