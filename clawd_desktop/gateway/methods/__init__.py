"""The gateway's methods: one class per topic, joined into one table."""
