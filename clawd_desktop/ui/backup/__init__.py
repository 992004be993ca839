"""The page with backups: making, checking and keeping them."""
