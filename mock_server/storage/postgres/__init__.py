"""PostgreSQL, shared by any number of servers."""

from mock_server.storage.postgres.database import PostgresDatabase, PostgresSession
from mock_server.storage.postgres.places import PostgresPlaces
from mock_server.storage.postgres.rate_windows import draw
from mock_server.storage.postgres.start import open_postgres
