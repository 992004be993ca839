"""Tells a person at the desktop of something that needs them, once and with a button to act."""
