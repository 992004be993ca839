"""Messaging services: who may write to the assistant there."""
