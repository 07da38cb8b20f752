"""The server under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

BASE_PATH = "/public/v1"


@dataclass(frozen=True)
class Tenant:
    """An entity, with a token of its own install that has all scopes."""

    org: str
    entity: str
    token: str


@dataclass(frozen=True)
class Target:
    """Where the tests send their requests, and what they may do there."""

    url: str
    tenant: Tenant
    control: str | None = None
    stage: str = "preview"
    is_read_only: bool = False
    is_own: bool = False
    others: list[Tenant] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Scheme and host of the server."""
        return origin_of(self.url)

    @property
    def base_path(self) -> str:
        """Path under which the operations are."""
        return urlsplit(self.url).path

    def forbids(self, method: str) -> str | None:
        """Why a request with this method may not be sent, in plain words."""
        if self.is_read_only and method != "GET":
            return f"a {method} is needed, and --read-only sends GETs alone"
        return None


def api_url(given: str) -> str:
    """The URL of the API: a server named without a path has it at `/public/v1`."""
    url = given.rstrip("/")
    return url if urlsplit(url).path else url + BASE_PATH


def origin_of(url: str) -> str:
    """Scheme and host of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
