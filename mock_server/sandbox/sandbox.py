"""One sandbox: its database, clock, ids, keys and grants."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import bindparam, select

from mock_server.api.pages import Cursors
from mock_server.contract.document import Contract
from mock_server.gateway.grants import Grants
from mock_server.gateway.tokens import TokenSigner
from mock_server.sandbox.keys import signing_key
from mock_server.sandbox.seed import seed_sandbox
from mock_server.settings import PROJECT, Settings
from mock_server.storage.clock import Clock, Ids
from mock_server.storage.database import Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.tables import meta
from mock_server.storage.tenants import Tenant, read_tenants

DEFAULT_FOLDER = PROJECT / ".sandbox"
DATABASE_FILE = "sandbox.db"

_PUT = Statement(
    upsert(
        meta,
        {"key": bindparam("name"), "value": bindparam("text")},
        on=("key",),
        change=lambda new: {"value": new.value},
    )
)
_GET = Statement(select(meta.c.value).where(meta.c.key == bindparam("name")))


class Sandbox:
    """Opens, and where it is new seeds, a sandbox."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.contract = Contract(json.loads((settings.build_dir / "openapi.json").read_bytes()))
        folder = settings.data_dir
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self.database = SqliteDatabase(folder / DATABASE_FILE if folder is not None else None)
        self.clock = Clock(settings.pinned)
        self.tenants: list[Tenant] = read_tenants(self.database.session)
        if not self.tenants:
            self.tenants = seed_sandbox(self.database, self.clock, self.contract.scopes, settings.seed)
        self.ids = Ids(self.clock, self._id_seed())
        key = signing_key(folder or DEFAULT_FOLDER)
        self.signer = TokenSigner(key, self.clock.wall)
        self.cursors = Cursors(key)
        self.grants = Grants(
            self.contract,
            self.database,
            self.signer,
            self.tenants,
            rate_limit=settings.rate_limit,
            wall_time=self.clock.wall,
            monotonic=self.clock.monotonic,
        )

    def _id_seed(self) -> str | None:
        """With a pinned clock ids repeat from run to run, yet never within one sandbox."""
        if not self.clock.is_pinned:
            return None
        session = self.database.session
        row = session.one(_GET, {"name": "starts"})
        starts = int(row[0]) + 1 if row else 1
        self.database.transact(lambda: session.run(_PUT, {"name": "starts", "text": str(starts)}))
        return f"start {starts}"

    def close(self) -> None:
        """Lets the database go."""
        self.database.close()


def token_folder(data_dir: Path | None) -> Path:
    """Where the signing key of a sandbox with this data folder is."""
    return data_dir or DEFAULT_FOLDER
