"""What makers of clients need to be told, worked out from the sources: names, formats, what may grow."""

from scripts.contract.clients.enums import open_enums
from scripts.contract.clients.nullables import name_nullables
from scripts.contract.clients.plainness import add_formats
