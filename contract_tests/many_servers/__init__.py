"""Several servers on one PostgreSQL database, as one sandbox."""
