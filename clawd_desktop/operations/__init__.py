"""Measures and tells how the application is: logs, status, usage, loop lag."""
