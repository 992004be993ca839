"""The Chat page: conversations with the assistant in native widgets."""
