"""The page with the log, the self-test, what turns did, the services, and reports."""
