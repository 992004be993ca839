"""What the operating system offers: secrets, notifications, autostart, processes, one instance."""
