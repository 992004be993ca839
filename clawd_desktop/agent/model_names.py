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

        A model that is not listed is taken when its provider is known, for catalogs are never complete. Raises
        BadInput for a bare name that nobody knows and NotFound for an unknown provider.
        """
        full = self._catalog.full(name)
        if "/" not in name and full not in {row.ref for row in self._catalog.models()}:
            raise BadInput(f"There is no model {name}.", hint="Write it as provider/model.")
        return self._catalog.find(full).ref
