"""Rate limits that several processes share: a moving window per row, by the database's own clock."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Column, Integer, MetaData, Table, Text

from mock_server.storage.database import Numbered
from mock_server.storage.postgres.database import PostgresSession

shared_metadata = MetaData()

# Unlogged: after a crash of the database every window is empty, and no draw waits for the disk.
rate_windows = Table(
    "rate_windows",
    shared_metadata,
    Column("partition", Text, primary_key=True),
    Column("times", ARRAY(BigInteger), nullable=False),
    Column("counts", ARRAY(Integer), nullable=False),
    Column("granted", Integer, nullable=False),
    prefixes=["UNLOGGED"],
)

_NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
# The row's lock puts the draws of all processes in a queue; each sees what the one before left.
_DRAW = Numbered(
    f"""
    INSERT INTO rate_windows AS w (partition, times, counts, granted)
    VALUES ($1::text, ARRAY[{_NOW}], ARRAY[least($2::int, $3::int)], least($2::int, $3::int))
    ON CONFLICT (partition) DO UPDATE SET (times, counts, granted) = (
        SELECT CASE WHEN size > 0 THEN times || now ELSE times END,
               CASE WHEN size > 0 THEN counts || size ELSE counts END,
               size
        FROM (
            SELECT c.now,
                   coalesce(array_agg(u.time ORDER BY u.place) FILTER (WHERE u.time IS NOT NULL),
                            '{{}}') AS times,
                   coalesce(array_agg(u.count ORDER BY u.place) FILTER (WHERE u.time IS NOT NULL),
                            '{{}}') AS counts,
                   greatest(0, least($2::int, $3::int - coalesce(sum(u.count), 0)))::int AS size
            FROM (SELECT {_NOW} AS now) AS c
            LEFT JOIN LATERAL unnest(w.times, w.counts) WITH ORDINALITY AS u(time, count, place)
                ON u.time > c.now - $4::bigint
            GROUP BY c.now
        ) AS kept
    )
    RETURNING granted,
              $3::int - (SELECT coalesce(sum(count), 0) FROM unnest(w.counts) AS count)::int,
              coalesce(w.times[1] + $4::bigint - {_NOW}, $4::bigint)
    """,
    ("partition", "size", "limit", "window"),
    {},
)
_MICRO = 1_000_000


class Draw(NamedTuple):
    """What a draw gave, what is left in the window, and the seconds until its oldest part leaves."""

    granted: int
    remaining: int
    reset: float


async def draw(session: PostgresSession, partition: str, size: int, limit: int, seconds: int) -> Draw:
    """Takes up to `size` requests out of the window."""
    values = {"partition": partition, "size": size, "limit": limit, "window": seconds * _MICRO}
    [(granted, remaining, micros)] = await session.fetch(_DRAW, values)
    return Draw(granted, remaining, micros / _MICRO)
