"""Overview: is it fine, and what waits for a person."""
