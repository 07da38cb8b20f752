"""Document rows: the record as a dataclass, its public JSON rendered once, and the columns to find it by."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import BindParameter, Table, bindparam, exists, insert, literal_column, or_, select, update

from mock_server.letters import folded
from mock_server.storage.changes import Changed, note
from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import among
from mock_server.storage.documents.context import Context
from mock_server.storage.documents.mapper import Mapper
from mock_server.storage.sequences import next_place
from mock_server.storage.tables import former_numbers
from mock_server.storage.tenancy import Tenant
from mock_server.wire import dumps, instant

T = TypeVar("T")
_SHARED = 4096
_EXACT = json.JSONDecoder(parse_float=Decimal)


class Finders:
    """Statements that every document table has, compiled once per table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @cached_property
    def by_ids(self) -> Statement:
        """Id, and what a record is read from, of several."""
        table = self._table
        return Statement(
            select(table.c.id, table.c.body, table.c.internal, table.c.moves, table.c.updated_at).where(
                table.c.tenant == bindparam("tenant"), among(table.c.id, bindparam("ids"))
            )
        )

    @cached_property
    def by_number(self) -> Statement:
        """Id by number, and by version where the table has one."""
        table = self._table
        query = select(table.c.id).where(
            table.c.tenant == bindparam("tenant"), table.c.number == bindparam("number")
        )
        if "version" in table.c:
            query = query.where(table.c.version == bindparam("version"))
        return Statement(query)

    @cached_property
    def number_used(self) -> Statement:
        """Whether a record has or had a number."""
        table = self._table
        number: BindParameter[str] = bindparam("number")
        now = exists().where(table.c.tenant == bindparam("tenant"), table.c.number == number)
        before = exists().where(
            former_numbers.c.tenant == bindparam("tenant"),
            former_numbers.c.kind == literal_column(f"'{table.name}'"),
            former_numbers.c.number == number,
        )
        return Statement(select(literal_column("1")).where(or_(now, before)))

    @cached_property
    def by_reference(self) -> Statement:
        """Id by external reference."""
        table = self._table
        return Statement(
            select(table.c.id).where(
                table.c.tenant == bindparam("tenant"), table.c.external_reference == bindparam("reference")
            )
        )


class Documents(Generic[T]):
    """Reads and writes the rows of one document table."""

    def __init__(
        self,
        table: Table,
        mapper: Mapper,
        columns: Callable[[T], dict[str, Any]],
        search: Callable[[T], str],
        computed: Callable[[Any, T], dict[str, Any]],
        *,
        prefix: str = "",
        is_shared: bool = False,
    ) -> None:
        """`computed` adds members from the context; `prefix` begins a generated number.

        With `is_shared` the same bytes are read once: the records must be frozen.
        """
        self.table = table
        # A plain text: the table's own name is of a class that a driver has to adapt each time.
        self.name = str(table.name)
        self._kind = self.name.removesuffix("s")
        self.finders = Finders(table)
        self._mapper = mapper
        self._columns = columns
        self._search = search
        self._computed = computed
        self.prefix = prefix
        self._is_shared = is_shared
        if is_shared:
            self.read = lru_cache(_SHARED)(self.read)  # type: ignore[method-assign]

    @cached_property
    def _by_id(self) -> Statement:
        table = self.table
        return Statement(
            select(table.c.body, table.c.internal, table.c.moves, table.c.updated_at).where(
                table.c.tenant == bindparam("tenant"), table.c.id == bindparam("id")
            )
        )

    @cached_property
    def _insert(self) -> Statement:
        table = self.table
        names = [column.name for column in table.c if column.name not in {"row", "seq"}]
        values = {"seq": next_place(table), **{name: bindparam(name) for name in names}}
        return Statement(insert(table).values(values).returning(table.c.seq))

    @cached_property
    def _update(self) -> Statement:
        table = self.table
        names = [column.name for column in table.c if column.name not in {"row", "tenant", "seq", "id"}]
        return Statement(
            update(table)
            .where(table.c.tenant == bindparam("tenant_key"), table.c.id == bindparam("record_id"))
            .values({name: bindparam(name) for name in names})
            .returning(table.c.seq)
        )

    @cached_property
    def _update_body(self) -> Statement:
        table = self.table
        return Statement(
            update(table)
            .where(table.c.tenant == bindparam("tenant_key"), table.c.id == bindparam("record_id"))
            .values({name: bindparam(name) for name in ("body", "updated_at", "moves")})
        )

    @property
    def shape(self) -> list[Any]:
        """The names of all members that a stored record has."""
        return self._mapper.shape

    def get(self, session: Session, tenant: Tenant, record_id: str) -> T | None:
        """The record, or none."""
        found = self.find(session, tenant, record_id)
        return None if found is None else found[0]

    def find(self, session: Session, tenant: Tenant, record_id: str) -> tuple[T, int] | None:
        """The record, and how often others have moved it since it was written."""
        row = session.one(self._by_id, {"tenant": tenant.key, "id": record_id})
        return None if row is None else self.moved(*row)

    def moved(self, body: bytes, internal: bytes, moves: int, updated_at: str) -> tuple[T, int]:
        """The record of a row, and how often others have moved it."""
        record = self.read(body, internal)
        if moves and not self._is_shared:
            # The row alone was moved: what the record shows is worked out at read.
            setattr(record, "updated_at", datetime.fromisoformat(updated_at))  # noqa: B010
        return record, moves

    def read(self, body: bytes, internal: bytes) -> T:
        """The record from its stored forms."""
        record: T = self._mapper.read({**exact(body), **exact(internal)})
        return record

    def public(self, record: T) -> dict[str, Any]:
        """The record's own public members, as they are named on the wire."""
        return self._mapper.public(record)

    def render(self, context: Context, record: T, **more: Any) -> bytes:
        """The public JSON of a record, and further members."""
        return dumps({**self._mapper.public(record), **self._computed(context, record), **more})

    def put(self, context: Context, record: T, *, is_new: bool, moves: int = 0) -> tuple[bytes, int]:
        """Writes the record; the rendered body and the row's place in the entity's order."""
        body = self.render(context, record)
        fields: Any = record
        tenant = context.tenant.key
        values = {
            "is_archived": fields.is_archived,
            "external_reference": getattr(record, "external_reference", None),
            "search": folded(self._search(record)),
            "updated_at": instant(fields.updated_at),
            "revision": getattr(record, "revision", 1),
            "moves": moves,
            "body": body,
            "internal": dumps(self._mapper.hidden(record)),
            **self._columns(record),
        }
        if is_new:
            row = context.session.one(self._insert, {**values, "tenant": tenant, "id": fields.id})
        else:
            row = context.session.one(self._update, {**values, "tenant_key": tenant, "record_id": fields.id})
        assert row is not None
        note(Changed(self._kind, fields.id, values.get("number") or values.get("code"), values["revision"]))
        return body, row[0]

    def put_body(self, context: Context, record: T, moves: int) -> bytes:
        """Renders a record again of which others have changed computed members."""
        body, fields = self.render(context, record), cast(Any, record)
        values = {
            "body": body,
            "updated_at": instant(fields.updated_at),
            "moves": moves,
            "tenant_key": context.tenant.key,
            "record_id": fields.id,
        }
        context.session.run(self._update_body, values)
        return body


def owner(context: Context, record: object) -> dict[str, Any]:
    """Whose record it is, as manufacturing documents show it."""
    return {"OrgRefId": context.tenant.org, "EntityRefId": context.tenant.entity}


def exact(body: bytes) -> dict[str, Any]:
    """Parsed JSON whose fractions are exact decimals."""
    values: dict[str, Any] = _EXACT.decode(body.decode())
    return values
