"""PostgreSQL under the sandbox, where the environment names a server."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

VARIABLE = "SANDBOX_DATABASE"


def database_server() -> str | None:
    """The URL of the PostgreSQL database in which sandboxes get schemas; none by default."""
    return os.environ.get(VARIABLE) or None


@contextmanager
def new_schema(server: str) -> Iterator[str]:
    """The URL of a schema of its own, dropped at the end."""
    name = f"sandbox_{secrets.token_hex(6)}"
    ask(server, f"CREATE SCHEMA {name}")
    try:
        yield with_query(server, search_path=name)
    finally:
        ask(server, f"DROP SCHEMA {name} CASCADE")


def ask(url: str, query: str, *values: Any) -> list[Any]:
    """Runs one statement on a connection of its own."""

    async def run() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

    return asyncio.run(run())


def with_query(url: str, **values: str) -> str:
    """The URL with further query parameters."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **values})))
