"""What handlers need besides the call: the database, the clock, ids, cursors and targets."""

from __future__ import annotations

from dataclasses import dataclass

from mock_server.api.pages import Cursors
from mock_server.clock import Clock, Ids
from mock_server.contract import Contract
from mock_server.events import Targets, WebhookClient
from mock_server.gateway import Call
from mock_server.storage import Database, Session, SqlBook
from mock_server.storage.tenancy import Tenant


@dataclass(frozen=True)
class Services:
    """Shared by all handlers of one sandbox."""

    contract: Contract
    database: Database
    clock: Clock
    ids: Ids
    cursors: Cursors
    webhook_client: WebhookClient
    # Whether changes are told of: else only tests and replays are sent.
    is_telling: bool
    targets: Targets

    @property
    def session(self) -> Session:
        """The one database session."""
        return self.database.session

    def book(self, call: Call) -> SqlBook:
        """The book of the call's entity; writes need the transaction that the endpoint has opened."""
        assert call.grant is not None
        user = f"app:{call.grant.install['id']}"
        book = SqlBook(self.session, call.grant.tenant, self.clock, self.ids_of(call), user)
        if call.rehearsal is not None:
            call.rehearsal.books.append(book)
        return book

    def ids_of(self, call: Call) -> Ids:
        """Where the call has its ids from; a dry run uses none of them up."""
        return self.ids if call.rehearsal is None else call.rehearsal.ids


def tenant_of(call: Call) -> Tenant:
    """The entity that the token is bound to."""
    assert call.grant is not None
    return call.grant.tenant
