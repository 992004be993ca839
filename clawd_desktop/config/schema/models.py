"""The `models` section: providers of language models and what they offer."""

from typing import Annotated, Literal

from pydantic import Field

from clawd_desktop.config.schema.base import Dollars, Free, Secret, Section, Tokens, option, part, table

Api = Literal[
    "openai-completions",
    "openai-responses",
    "anthropic-messages",
    "google-generative-ai",
    "github-copilot",
    "bedrock-converse-stream",
]


class Cost(Section):
    """Prices."""

    input: Dollars = option(0, "Input", "Price of what the model reads.")
    output: Dollars = option(0, "Output", "Price of what it writes.")
    cache_read: Dollars = option(0, "Cache read", "Price of what it has read before.")
    cache_write: Dollars = option(0, "Cache write", "Price of remembering.")


class ModelEntry(Section):
    """One model."""

    id: Annotated[str, Field(min_length=1, title="Id", description="The provider's name of the model.")]
    name: str = option("", "Name", "Name for people; without: the id.")
    api: Api | None = option(None, "Protocol", "When it differs from the provider's.")
    reasoning: bool = option(False, "Reasons", "Whether it can think first.")
    input: tuple[Literal["text", "image", "audio", "video"], ...] = option(("text",), "Reads", "text, image.")
    cost: Cost = part(Cost, "Prices", "In US dollars.")
    context_window: Annotated[Tokens, Field(ge=1)] = option(200_000, "Window", "Most that it reads and writes at once.")
    max_tokens: Annotated[Tokens, Field(ge=1)] = option(8_192, "Longest answer", "Most that it writes.")
    headers: dict[str, str] = table("Headers", "Sent with each request.", sensitive=True, advanced=True)
    compat: Free | None = option(None, "Peculiarities", "Where it differs.", advanced=True)


class Provider(Section):
    """One service, or a server of your own."""

    base_url: str = option("", "Address", "Where requests go.", placeholder="http://127.0.0.1:11434/v1")
    api_key: Secret | None = option(None, "API key", "Key of the service, best as a reference into the keyring.")
    auth: Literal["api-key", "aws-sdk", "oauth", "token"] | None = option(
        None, "Sign-in", "How it knows you.", advanced=True
    )
    api: Api | None = option(None, "Protocol", "What it speaks.")
    headers: dict[str, str] = table("Headers", "Sent with each request.", sensitive=True, advanced=True)
    auth_header: bool | None = option(None, "Authorization header", "Send the key as a bearer token.", advanced=True)
    models: tuple[ModelEntry, ...] = option((), "Models", "What it offers.")


class Models(Section):
    """Where models come from."""

    mode: Literal["merge", "replace"] = option("merge", "Known providers", "merge: add to them; replace: only these.")
    providers: dict[str, Provider] = table("Providers", "Services by name.")
    bedrock_discovery: Free | None = option(None, "Bedrock", "Finding AWS models.", advanced=True)
