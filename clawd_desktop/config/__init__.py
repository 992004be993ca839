"""The configuration: read from JSON5, checked, watched and saved without losing a comment."""
