"""Backups: what is taken, how it is kept, and how it comes back."""
