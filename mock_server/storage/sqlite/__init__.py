"""SQLite: a data file, or memory."""

from mock_server.storage.sqlite.data_file import is_held, put_aside
from mock_server.storage.sqlite.database import SqliteDatabase
from mock_server.storage.sqlite.errors import held
from mock_server.storage.sqlite.places import SqlitePlaces
