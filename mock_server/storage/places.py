"""Where the databases of a server's workspaces are, and whole copies of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from mock_server.storage.database import Database
from mock_server.storage.tables import OF_THE_SERVER, metadata

# What belongs to one workspace: all that a copy replaces.
OWN_TABLES = tuple(table for table in metadata.sorted_tables if table not in OF_THE_SERVER)
Fill = Callable[[Database], None]


class Places(ABC):
    """Databases and copies by name.

    What is plain here is called as all code of the database is: by way of its `run`, outside any transaction.
    """

    @abstractmethod
    def make(self, workspace: str, copy: str) -> Database:
        """A new database that holds what a copy does."""

    @abstractmethod
    def open(self, workspace: str) -> Database:
        """A database that was made before."""

    @abstractmethod
    def drop(self, workspace: str) -> None:
        """Destroys a database and whatever is left of it; nobody uses it."""

    @abstractmethod
    def keep(self, database: Database, copy: str) -> None:
        """Copies a database as it is now; an older copy of this name is replaced."""

    @abstractmethod
    def pour(self, copy: str, database: Database, then: Callable[[], None]) -> None:
        """Replaces what a database holds by a copy; the rest is done in the same transaction."""

    @abstractmethod
    def look(self, copy: str) -> Database:
        """What a copy holds, to be read and closed."""

    @abstractmethod
    def has(self, copy: str) -> bool:
        """Whether there is such a copy."""

    @abstractmethod
    def forget(self, copy: str) -> None:
        """Destroys a copy."""

    @abstractmethod
    async def fill(self, copy: str, fill: Fill) -> None:
        """Makes a copy of what is filled into an empty database; the event loop goes on meanwhile."""
