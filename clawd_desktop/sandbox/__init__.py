"""Decides what may run, and who is asked before it does."""
