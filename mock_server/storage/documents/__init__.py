"""Documents as rows: public JSON rendered once, columns to find them by."""

from mock_server.storage.documents.collection import Rows
from mock_server.storage.documents.mapper import mapper
from mock_server.storage.documents.pages import Position, read_body, read_page
from mock_server.storage.documents.table import Documents, exact, owner
