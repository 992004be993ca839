"""The page with alerts, their rules, and quiet hours."""
