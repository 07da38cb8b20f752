"""What the options of the command line may hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import click

from mock_server.clock import YEARS

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 100 * 365 * 86400
_TOKEN = re.compile(r"[0-9A-Za-z_-]{32,512}")


class Moment(click.ParamType[datetime]):
    """A moment in RFC 3339."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> datetime:
        """Reads the moment; without an offset it is UTC."""
        try:
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value} is no time such as 2026-06-15T06:30:00Z", param, context)
        if moment.year not in YEARS:
            self.fail(f"{value} is not between {YEARS[0]} and {YEARS[-1]}", param, context)
        return moment


class Seconds(click.ParamType[int]):
    """A span of time: 90, 15m, 1h, 7d; negative for a token that has expired already."""

    name = "span"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> int:
        """Reads the span in seconds."""
        text, unit = (value[:-1], _UNITS[value[-1]]) if value[-1:] in _UNITS else (value, 1)
        try:
            seconds = int(text) * unit
        except ValueError:
            self.fail(f"{value[:40]} is no span of time such as 90, 15m, 1h or 7d", param, context)
        if abs(seconds) > _LONGEST:
            self.fail(f"{value[:40]} is longer than a hundred years", param, context)
        return seconds


class Limit(click.ParamType[int]):
    """`off`, or a number of requests."""

    name = "limit"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> int:
        """Reads the limit; 0 stands for off."""
        if value == "off":
            return 0
        if not value.isdigit() or not 0 < int(value) <= 1_000_000:
            self.fail(f"{value} is neither 'off' nor a number of requests from 1 to 1000000", param, context)
        return int(value)


class Seeded(NamedTuple):
    """What a new sandbox holds: `demo`, `empty`, or the text of a pack, and what that is called."""

    seed: str
    name: str


class Seed(click.ParamType[Seeded]):
    """`demo`, `empty`, or a file."""

    name = "demo|empty|FILE"

    def convert(
        self, value: str | Seeded, param: click.Parameter | None, context: click.Context | None
    ) -> Seeded:
        """Reads the file."""
        if isinstance(value, Seeded) or value in ("demo", "empty"):
            return value if isinstance(value, Seeded) else Seeded(value, "pack")
        try:
            return Seeded(Path(value).read_text(encoding="utf-8"), value)
        except UnicodeDecodeError:
            self.fail(f"{value} is not UTF-8", param, context)
        except (OSError, ValueError):
            self.fail(f"{value} is neither 'demo' nor 'empty' nor a file that can be read", param, context)


class AdminToken(click.ParamType[str]):
    """A file that holds a token nobody can guess."""

    name = "file"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        """Reads the token."""
        if not value:
            return ""
        try:
            token = Path(value).read_text(encoding="ascii").strip()
        except OSError as error:
            self.fail(f"{value} cannot be read: {error.strerror}", param, context)
        except UnicodeDecodeError:
            token = ""
        if not _TOKEN.fullmatch(token):
            self.fail(f"{value} holds no token of 32 to 512 letters, digits, '-' and '_'", param, context)
        return token


class Certificates(click.ParamType[Path]):
    """A file of certificates in PEM."""

    name = "file"

    def convert(
        self, value: str | Path, param: click.Parameter | None, context: click.Context | None
    ) -> Path:
        """Makes sure that the file can be read and holds one at least."""
        # Loaded where it is needed.
        import ssl

        store = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            store.load_verify_locations(value)
        except ssl.SSLError:
            pass
        except OSError as error:
            self.fail(f"{value} cannot be read: {error.strerror}", param, context)
        if store.cert_store_stats()["x509"] == 0:
            self.fail(f"{value} holds no certificate in PEM", param, context)
        return Path(value)
