"""Asks language models: wire protocols, catalog of models, keys, retries and fallbacks, and the embedded model."""
