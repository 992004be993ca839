"""Checks the names of models that people and clients choose for a conversation."""

from __future__ import annotations

from clawd_desktop.core.errors import BadInput
from clawd_desktop.models.catalog import Catalog


class CatalogNames:
    """The model catalog's names."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def default(self) -> str:
        """The model that answers when a session chose none, as "provider/model"."""
        return self._catalog.primary()

    def check(self, name: str) -> str:
        """The full "provider/model" of a name or alias.

        A model that is not listed is taken when its provider is known, for catalogs are never complete, unless the
        owner listed the only ones that may be used. Raises BadInput for a bare name that nobody knows or a model that
        is not allowed, and NotFound for an unknown provider.
        """
        full, listed = self._catalog.full(name), {row.ref for row in self._catalog.models()}
        if "/" not in name and full not in listed:
            raise BadInput(f"There is no model {name}.", hint="Write it as provider/model.")
        if self._catalog.setup.allowed and full not in listed:
            hint = "Add it to agents.defaults.models, or choose one of those."
            raise BadInput(f"The model {full} is not allowed here.", hint=hint)
        return self._catalog.find(full).ref
