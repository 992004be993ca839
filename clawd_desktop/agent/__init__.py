"""Answers people: one lane per conversation, one turn at a time, through a model and its tools."""
