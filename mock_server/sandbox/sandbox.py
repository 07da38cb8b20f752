"""One sandbox: its database, clock, ids, keys and grants."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from mock_server.api import Cursors
from mock_server.clock import Clock, Ids, Setting
from mock_server.dry_runs import DryRuns
from mock_server.events import Couriers, Deliverer, Recorder
from mock_server.exchanges import Ring
from mock_server.faults import Faults
from mock_server.gateway import Grants
from mock_server.gateway.limits import SharedWindow, Window
from mock_server.private import PRIVATE_FOLDER
from mock_server.refused import Refused
from mock_server.sandbox.pace import Pace
from mock_server.sandbox.shared import Shared
from mock_server.sandbox.timekeeper import Timekeeper
from mock_server.seeds import PackFault, seed_sandbox
from mock_server.settings import DATABASE_FILE, Settings
from mock_server.storage import Database, SqlBook, StorageError
from mock_server.storage.documents import last_document
from mock_server.storage.sqlite import SqliteDatabase, held, is_held, put_aside
from mock_server.storage.tenancy import Tenant, find_tenant, read_fact, read_tenants, write_fact
from mock_server.tokens import DEFAULT, TokenSigner

_STARTS = "starts"
_STANDING = b"the clock stands"


class Sandbox:
    """Opens, and where it is new seeds, a sandbox: the first one of a server, or one of its workspaces."""

    def __init__(
        self,
        settings: Settings,
        database: Database | None = None,
        *,
        workspace: str = DEFAULT,
        shared: Shared | None = None,
    ) -> None:
        """`database` is one that is open already, by default SQLite where the settings say.

        `shared` is what it has in common with the server's first one.
        """
        self.settings = settings
        self.workspace = workspace
        self.kept: Path | None = None
        self.exchanges = Ring() if settings.is_logging else None
        self.database = self._open_sqlite() if database is None else database
        try:
            self.shared = Shared(settings, self.database) if shared is None else shared
            self.contract = self.shared.contract
            self.clock = Clock(settings.pinned)
            self.pace = Pace(self.clock)
            self.timekeeper = Timekeeper(self.database, self.clock)
            self._begin()
        except BaseException:
            if database is None:
                self.close()
            raise

    def _begin(self) -> None:
        settings, shared = self.settings, self.shared
        self.timekeeper.begin(settings.pinned)
        is_new = not self.tenants
        if is_new:
            self._seed()
        self.ids = Ids(self.clock)
        self._begin_ids()
        if not settings.is_ephemeral or not self.database.is_direct:
            owners = {tenant.key: tenant for tenant in self.tenants}
            shared.revalidation.run(self.database, is_new, lambda key: self._book(owners[key]))
        self.signer = TokenSigner(shared.key, self.pace.wall, self.workspace)
        # Where the clock stands answers are the same each time, and so are the signatures in them.
        self.cursors = Cursors(_STANDING if self.clock.is_pinned else shared.key)
        self.grants = Grants(
            self.contract,
            self.database,
            self.signer,
            rate_limit=settings.rate_limit,
            wall_time=self.pace.wall,
            window=self._window,
        )
        self.dry_runs = DryRuns(self.contract, self.database, self.ids)
        self.faults = Faults(shared.answers, self.database, self.clock.wall)
        self.grants.mishaps = self.faults

    @property
    def tenants(self) -> list[Tenant]:
        """The entities as they are now: any server may make or change some."""
        return read_tenants(self.database.session)

    def _seed(self) -> None:
        settings = self.settings
        try:
            pack = self.shared.pack(settings.seed, settings.seed_name)
            seed_sandbox(self.database, self.clock, self.contract, pack)
        except PackFault as fault:
            raise StorageError("The seed pack is not played, and nothing is changed.", fault.lines) from fault

    def resume(self, setting: Setting | None = None) -> None:
        """Goes on with what was put in the database in place of what was there; within its transaction.

        The clock stands or runs as it did there, or as `setting` says.
        """
        self.timekeeper.resume(setting)
        self.database.announce()

    def follow(self) -> None:
        """The same for what this process keeps of it, once the transaction is committed."""
        self.timekeeper.follow()
        self._begin_ids()

    def _open_sqlite(self) -> SqliteDatabase:
        folder = self.settings.data_dir
        if folder is None:
            return SqliteDatabase()
        file = folder / DATABASE_FILE
        try:
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            if self.settings.is_reset:
                if is_held(file):
                    raise StorageError(held(file))
                self.kept = put_aside(file)
            return SqliteDatabase(file, is_flushed=self.settings.is_flushed)
        except OSError as error:
            raise StorageError(f"The data folder {folder} cannot be used: {error.strerror}.") from error

    def _book(self, tenant: Tenant) -> SqlBook:
        return SqlBook(self.database.session, tenant, self.clock, self.ids, "start")

    def _window(self, limit: int, seconds: int, partition: str) -> Window:
        session = self.database.session
        if self.database.is_direct or self.pace.is_everything:
            # The database's windows go by its own time.
            return Window(limit, seconds, partition, self.pace.monotonic)
        # The driver of PostgreSQL is loaded where it is needed.
        from mock_server.storage.postgres import PostgresSession, draw

        assert isinstance(session, PostgresSession)
        return SharedWindow(limit, seconds, partition, self.clock.monotonic, partial(draw, session))

    def _begin_ids(self) -> None:
        """With a pinned clock ids repeat from run to run, yet never within one sandbox."""
        if not self.clock.is_pinned:
            self.ids.begin()
            return
        session = self.database.session

        def work() -> tuple[int, str | None]:
            session.lock(_STARTS)
            starts = int(read_fact(session, _STARTS) or 0) + 1
            write_fact(session, _STARTS, str(starts))
            # Time stands: what was made at an earlier start, or is in a copy, would not sort before.
            return starts, last_document(session) if starts > 1 else None

        starts, after = self.database.transact(work)
        self.ids.begin(f"start {starts}", after)

    @property
    def is_telling(self) -> bool:
        """Whether changes are told of: the gateway of today sends nothing but tests and replays."""
        return self.settings.stage != "today"

    def deliverer(self) -> Deliverer:
        """What sends the sandbox's events from this process."""
        return Deliverer(
            Couriers(
                self.database,
                self.clock,
                self.shared.webhook_client,
                self.is_telling,
                self.shared.event_check,
                Recorder(self.database),
            )
        )

    def close(self) -> None:
        """Lets the database go."""
        self.database.close()


def tenant_of(sandbox: Sandbox, org: str, entity: str) -> Tenant:
    """The entity that a path of the control plane names."""
    tenant = find_tenant(sandbox.database.session, org, entity)
    if tenant is None:
        raise Refused("not_found", "There is no such entity.")
    return tenant
