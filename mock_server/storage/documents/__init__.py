"""Documents: their tables, pages, and the events that tell of them."""

from mock_server.storage.documents.collection import Rows
from mock_server.storage.documents.context import Context
from mock_server.storage.documents.events import Told, find_event, last_event, list_events, resend
from mock_server.storage.documents.latest import last_document
from mock_server.storage.documents.mapper import mapper
from mock_server.storage.documents.outbox import write_event
from mock_server.storage.documents.pages import MAX_PAGE_BYTES, Position, read_page
from mock_server.storage.documents.table import Documents, exact, owner
