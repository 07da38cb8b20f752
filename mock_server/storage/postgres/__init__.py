"""PostgreSQL, shared by any number of servers."""
