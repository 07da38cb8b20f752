"""SQLite: a data file, or memory."""
