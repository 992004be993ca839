"""Starts the application with the desktop session, when its owner says so; off until then."""
