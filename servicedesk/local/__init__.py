"""The embedded stack behind run.py: PostgreSQL, Valkey, the processes of the desk, demo data."""
