"""The results of gateway methods, one module per topic: what clients are told, key by key."""
