"""The present state of a sandbox as a seed pack."""

from mock_server.seeds.export.exporter import Exporter, NotExportable
from mock_server.seeds.export.state import EntityState, read_state
