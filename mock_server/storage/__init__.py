"""Tables, transactions and queries: SQLite through SQLAlchemy Core, hot statements on the driver."""
