"""Tables, transactions and queries: SQLite through SQLAlchemy Core, hot statements on the driver."""

from mock_server.storage import tables
from mock_server.storage.book import SqlBook
from mock_server.storage.database import Database, Session, Statement, StorageError, Unavailable
from mock_server.storage.places import Places
from mock_server.storage.sequences import next_place
