"""How figures came about, and what they would post."""

from mock_server.control.figures.explain import ExplainControl
from mock_server.control.figures.journal import JournalControl
