"""The ways to tell somebody of an alert: one file per way."""
