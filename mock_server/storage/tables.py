"""The tables. A document row holds its public JSON as rendered, internal fields apart, and search columns."""

from __future__ import annotations

from dataclasses import fields

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

from mock_server.manufacturing.reports import RATIOS, ProductionFigures

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
    sqlite_with_rowid=False,
)

# The sandboxes beside the first one, and copies that were put aside. They are of the server and stand in its
# first database alone: what a workspace holds is replaced without them.
workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
    # Wall time in seconds.
    Column("expires_at", BigInteger, nullable=False, index=True),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
)

# Whole databases, for SQLite; PostgreSQL has a schema for each.
copies = Table(
    "copies",
    metadata,
    Column("name", Text, primary_key=True),
    Column("image", LargeBinary, nullable=False),
)

OF_THE_SERVER = (workspaces, snapshots, copies)

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

# Apps that people install by way of the authorize page. Of a secret there is a hash, of an open one none.
oauth_clients = Table(
    "oauth_clients",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("secret_digest", Text),
    Column("state", LargeBinary, nullable=False),
)

# What a person approved, by the digest of the code that it led to; `form_id` is of the form that was sent.
# Moments are the machine's, in seconds.
oauth_grants = Table(
    "oauth_grants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("form_id", Text, nullable=False, unique=True),
    Column("client_id", Text, nullable=False, index=True),
    Column("install", Text, nullable=False),
    # As the request named it; empty where it named none.
    Column("redirect_uri", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    # Of PKCE (S256); empty where there was none.
    Column("challenge", Text, nullable=False),
    Column("code_expires_at", BigInteger, nullable=False),
    Column("is_exchanged", Boolean, nullable=False),
    # Nothing of it is accepted after that.
    Column("ends_at", BigInteger, nullable=False, index=True),
)

# What was issued for a grant: an access token by its id, with the digest of its refresh token if it has one.
oauth_tokens = Table(
    "oauth_tokens",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("grant_id", Text, nullable=False, index=True),
    Column("token_id", Text, nullable=False, unique=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("refresh_digest", Text, unique=True),
    Column("refresh_expires_at", BigInteger, nullable=False),
    # Whether its refresh token was used: whoever comes with it then has it from somebody else.
    Column("is_spent", Boolean, nullable=False),
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
    Column("created_at", BigInteger, nullable=False),
    Index("idempotency_key", "install", "key", unique=True),
)

# Active subscriptions; one that has ended is like one that never was. The outcome of the last attempt stands
# in columns, as it changes with each. Moments of `resume_at` are the sandbox's, of the lease the machine's.
webhooks = Table(
    "webhooks",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("tenant", Integer, nullable=False, index=True),
    Column("id", Text, nullable=False, unique=True),
    Column("install", Text, nullable=False, index=True),
    Column("is_pull", Boolean, nullable=False),
    Column("topics", Text, nullable=False),
    Column("target_url", Text),
    Column("secret", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("last_delivery_at", Text),
    Column("last_delivery_status", Integer),
    Column("consecutive_failures", Integer, nullable=False),
    # The last place of its deliveries that are gone because they were old.
    Column("swept_through", BigInteger, nullable=False),
    Column("resume_at", BigInteger, nullable=False),
    Column("leased_by", Text),
    Column("leased_until", BigInteger, nullable=False),
    # Whether there is a row of `webhook_faults`, so that it costs nothing where there is none.
    Column("has_faults", Boolean, nullable=False),
)

# What goes wrong on the way to a receiver, because a test wants it so.
webhook_faults = Table(
    "webhook_faults",
    metadata,
    Column("webhook_id", Text, primary_key=True),
    # New with each setting: whoever went by an older one writes nothing down.
    Column("seed", Text, nullable=False),
    Column("faults", LargeBinary, nullable=False),
    Column("progress", LargeBinary, nullable=False),
    # The secret before this one, and until when it signs too; the sandbox's clock.
    Column("old_secret", Text),
    Column("old_until", BigInteger),
)

# An event on its way to a subscription, in the order of the install's `seq`; its bytes are in the outbox.
deliveries = Table(
    "deliveries",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("install", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("id", Text, nullable=False),
    Column("webhook_id", Text, nullable=False),
    Column("event", Integer, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    # Whether somebody asked for it: a test event or a replay.
    Column("is_asked", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    # When the next attempt is due, while one is.
    Column("due_at", BigInteger),
    Column("last_attempt_at", BigInteger),
    Column("response_status", Integer),
    Column("response_snippet", Text),
    Column("duration_ms", Integer),
    Column("request_headers", LargeBinary),
    # Since when a fault has held it back, and how many bytes went out where they were not those of the event.
    Column("held_at", BigInteger),
    Column("sent_size", Integer),
    Index("deliveries_seq", "install", "seq", unique=True),
    Index("deliveries_webhook", "webhook_id", "seq"),
    Index(
        "deliveries_due",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "deliveries_waiting",
        "webhook_id",
        "seq",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
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
        # How often writes to other records have changed what it shows, since it was written itself.
        Column("moves", Integer, nullable=False),
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

recipes = _documents(
    "recipes",
    Column("number", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Index("recipes_number", "tenant", "number", "version", unique=True),
    Index("recipes_item", "tenant", "item_id", "seq"),
    Index(
        "recipes_active",
        "tenant",
        "item_id",
        unique=True,
        sqlite_where=text("status = 'Active'"),
        postgresql_where=text("status = 'Active'"),
    ),
)

# Direct lines of BOMs and recipes: where an item is used, and which BOM a line pins. The lines of archived
# ones are of a kind of their own: Draft orders may still follow them.
formula_lines = Table(
    "formula_lines",
    metadata,
    Column("tenant", Integer, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("formula_seq", BigInteger, primary_key=True),
    # The pinned BOM; empty where the line pins none.
    Column("sub_bom_id", Text, primary_key=True),
    Column("formula_id", Text, nullable=False),
    # How many lines of the formula these are.
    Column("lines", Integer, nullable=False),
    Index(
        "formula_lines_pin",
        "tenant",
        "sub_bom_id",
        sqlite_where=text("sub_bom_id <> ''"),
        postgresql_where=text("sub_bom_id <> ''"),
    ),
    sqlite_with_rowid=False,
)

work_orders = _documents(
    "work_orders",
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("bom_id", Text),
    Column("recipe_id", Text),
    Column("lot_number", Text),
    Column("priority", Text),
    Column("due_date", Text),
    # The due date while the order is open: past it, the order is overdue.
    Column("open_due", Text),
    Index("work_orders_number", "tenant", "number", unique=True),
    Index("work_orders_item", "tenant", "item_id", "seq"),
    Index("work_orders_bom", "tenant", "bom_id", "seq"),
    Index("work_orders_recipe", "tenant", "recipe_id", "seq"),
    Index("work_orders_lot", "tenant", "lot_number", "seq"),
    Index("work_orders_status", "tenant", "status", "seq"),
    Index("work_orders_due", "tenant", "due_date", "seq"),
    Index("work_orders_open_due", "tenant", "open_due", "seq"),
)

# What reports add up, one row for each completed order; `place` is its order: time of completion, number.
completed_orders = Table(
    "completed_orders",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("tenant", Integer, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("completed_on", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("item_code", Text, nullable=False),
    Column("uom", Text, nullable=False),
    *(Column(each.name, BigInteger, nullable=each.name in RATIOS) for each in fields(ProductionFigures)),
    Index("completed_orders_order", "tenant", "order_id", unique=True),
    Index("completed_orders_day", "tenant", "completed_on"),
)

# By-products of completed orders, numbered within the order by code.
by_products_made = Table(
    "by_products_made",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("tenant", Integer, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("completed_on", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("expected_credit", BigInteger, nullable=False),
    Column("credit", BigInteger, nullable=False),
    Index("by_products_made_order", "tenant", "order_id", "line", unique=True),
    Index("by_products_made_day", "tenant", "completed_on"),
)

quality_inspections = _documents(
    "quality_inspections",
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("work_order_id", Text),
    Column("subcontract_order_id", Text),
    Column("lot_number", Text),
    Column("completed_at", Text),
    Index("quality_inspections_number", "tenant", "number", unique=True),
    Index("quality_inspections_item", "tenant", "item_id", "seq"),
    Index("quality_inspections_work_order", "tenant", "work_order_id", "status"),
    Index("quality_inspections_subcontract_order", "tenant", "subcontract_order_id", "status"),
)

subcontract_orders = _documents(
    "subcontract_orders",
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("bom_id", Text, nullable=False),
    Column("subcontractor_id", Text, nullable=False),
    # The earliest day on which the order becomes overdue, or its delivery does; empty where it cannot.
    Column("material_due", Text),
    Column("delivery_due", Text),
    Index("subcontract_orders_number", "tenant", "number", unique=True),
    Index("subcontract_orders_item", "tenant", "item_id", "seq"),
    Index("subcontract_orders_bom", "tenant", "bom_id", "seq"),
    Index("subcontract_orders_status", "tenant", "status", "seq"),
    Index("subcontract_orders_subcontractor", "tenant", "subcontractor_id", "seq"),
)

# Numbers that documents had before they were given another one.
former_numbers = Table(
    "former_numbers",
    metadata,
    Column("tenant", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    sqlite_with_rowid=False,
)

challans = Table(
    "challans",
    metadata,
    Column("tenant", Integer, primary_key=True),
    Column("series_year", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    sqlite_with_rowid=False,
)

# Stock per item; the movements below add up to it.
stock = Table(
    "stock",
    metadata,
    Column("tenant", Integer, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("on_hand", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    # Empty before the first receipt.
    Column("average", BigInteger),
    Column("allocated", BigInteger, nullable=False),
    Column("at_subcontractor", BigInteger, nullable=False),
    Column("at_subcontractor_value", BigInteger, nullable=False),
    Column("quarantine", BigInteger, nullable=False),
    Column("quarantine_value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Append-only.
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
    Column("document_id", Text),
    Column("body", LargeBinary, nullable=False),
    Index("movements_seq", "tenant", "seq", unique=True),
    Index("movements_item", "tenant", "item_id", "seq"),
    Index("movements_document", "tenant", "document_id", "seq"),
)

# Events in the order of their transactions; whoever delivers them reads from here.
outbox = Table(
    "outbox",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("tenant", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# Reports as they were answered, for at most five minutes.
report_cache = Table(
    "report_cache",
    metadata,
    Column("tenant", Integer, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("generated_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
