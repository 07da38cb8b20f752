"""The transaction in which rows are read and written."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from mock_server.storage.database import Session
from mock_server.storage.tenancy import Tenant


class Context(Protocol):
    """Whose rows they are, when it is, and where new ids come from."""

    @property
    def session(self) -> Session: ...
    @property
    def tenant(self) -> Tenant: ...
    @property
    def now(self) -> datetime: ...
    def new_id(self) -> str: ...
    def nonce(self) -> str: ...
