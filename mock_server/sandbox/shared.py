"""What all workspaces of one server have in common."""

from __future__ import annotations

from functools import cached_property

from mock_server.contract import Contract, read_document
from mock_server.events import EventCheck, Targets, WebhookClient
from mock_server.sandbox.keys import shared_signing_key
from mock_server.sandbox.revalidation import Revalidation
from mock_server.settings import Settings, data_place
from mock_server.signing_key import KeyFileError, signing_key
from mock_server.storage import Database, StorageError


class Shared:
    """The contract, the key of all tokens, who sends events; `database` is that of the first workspace."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self.contract = Contract(read_document(settings.build_dir / "openapi.json"))
        self.targets = Targets(settings.allows_private_targets, settings.webhook_ca)
        self.webhook_client = WebhookClient(self.targets)

    @cached_property
    def key(self) -> bytes:
        """The key that signs tokens and cursors."""
        if not self._database.is_direct:
            return shared_signing_key(self._database)
        try:
            return signing_key(data_place(self._settings.data_dir))
        except KeyFileError as error:
            raise StorageError(str(error)) from error

    @cached_property
    def revalidation(self) -> Revalidation:
        """Holds what is stored against the contract."""
        return Revalidation(self._settings, self.contract)

    @cached_property
    def event_check(self) -> EventCheck | None:
        """Holds events against the contract, in tests."""
        return EventCheck(self.contract) if self._settings.is_checking else None
