"""The tables. A document row holds its public JSON as rendered, internal fields apart, and search columns."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

# Quantities are counted in millionths and money in hundredths, so that sums are exact in SQL too.
QUANTITY_SCALE = 6
AMOUNT_SCALE = 2

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

entities = Table(
    "entities",
    metadata,
    Column("tenant", Integer, primary_key=True),
    Column("org", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("org_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("overhead_percent", Text, nullable=False),
    UniqueConstraint("org", "entity"),
)

sequences = Table(
    "sequences",
    metadata,
    Column("tenant", Integer, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

installs = Table(
    "installs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tenant", Integer, nullable=False, index=True),
    Column("state", LargeBinary, nullable=False),
)

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("token_id", Text, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
)

# A rowid table with a narrow unique index: the client's key is random and must not order the rows.
idempotency = Table(
    "idempotency",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("install", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False, index=True),
    Index("idempotency_key", "install", "key", unique=True),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("install", Text, nullable=False, index=True),
    Column("is_active", Boolean, nullable=False),
    Column("secret", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


def _documents(name: str, *columns: Column[object] | Index | UniqueConstraint) -> Table:
    return Table(
        name,
        metadata,
        Column("row", Integer, primary_key=True),
        Column("tenant", Integer, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("id", Text, nullable=False),
        Column("is_archived", Boolean, nullable=False),
        Column("external_reference", Text),
        Column("search", Text, nullable=False),
        Column("updated_at", Text, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("internal", LargeBinary, nullable=False),
        *columns,
        Index(f"{name}_id", "tenant", "id", unique=True),
        Index(f"{name}_seq", "tenant", "seq", unique=True),
        Index(f"{name}_updated", "tenant", "updated_at", "seq"),
        Index(
            f"{name}_reference",
            "tenant",
            "external_reference",
            unique=True,
            sqlite_where=text("external_reference IS NOT NULL"),
            postgresql_where=text("external_reference IS NOT NULL"),
        ),
    )


items = _documents(
    "items",
    Column("code", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Index("items_code", "tenant", "code", unique=True),
)

vendors = _documents(
    "vendors",
    Column("code", Text, nullable=False),
    Column("is_subcontractor", Boolean, nullable=False),
    Index("vendors_code", "tenant", "code", unique=True),
)

boms = _documents(
    "boms",
    Column("number", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Index("boms_number", "tenant", "number", "version", unique=True),
    Index("boms_item", "tenant", "item_id", "seq"),
    Index(
        "boms_active",
        "tenant",
        "item_id",
        unique=True,
        sqlite_where=text("status = 'Active'"),
        postgresql_where=text("status = 'Active'"),
    ),
)

# Direct lines of unarchived BOMs: where an item is used, and which BOM a line pins.
bom_lines = Table(
    "bom_lines",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("tenant", Integer, nullable=False),
    Column("bom_seq", BigInteger, nullable=False),
    Column("bom_id", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("sub_bom_id", Text),
    Index("bom_lines_item", "tenant", "item_id", "bom_seq"),
    Index("bom_lines_bom", "tenant", "bom_id"),
    Index("bom_lines_pin", "tenant", "sub_bom_id"),
)

# Store stock per item; the movements below add up to it.
stock = Table(
    "stock",
    metadata,
    Column("tenant", Integer, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("on_hand", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("average", BigInteger, nullable=False),
    Column("allocated", BigInteger, nullable=False),
    Column("at_subcontractor", BigInteger, nullable=False),
    Column("quarantine", BigInteger, nullable=False),
)

movements = Table(
    "movements",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("tenant", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("id", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("posted_on", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("movements_seq", "tenant", "seq", unique=True),
    Index("movements_item", "tenant", "item_id", "seq"),
)
