"""The sections of the configuration as pydantic models, from which checks, JSON schema, forms and docs come."""

from clawd_desktop.config.schema.root import Config

__all__ = ["Config"]
