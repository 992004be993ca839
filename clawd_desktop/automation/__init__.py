"""Work that starts by itself or from outside."""
