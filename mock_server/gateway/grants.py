"""What a bearer token allows: its install's state, scopes, tenant and rate limit, remembered per token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

from mock_server.contract import Contract
from mock_server.gateway.answers import Scope
from mock_server.gateway.limiter import Unlimited, Window
from mock_server.refused import Refused
from mock_server.storage import Database
from mock_server.storage.tenancy import Tenant, is_revoked, lock_install, read_install, write_install
from mock_server.tokens import TokenSigner

# Tokens, by their digests: whatever a client sends, this is all that is kept of it.
_MAX_REMEMBERED = 4_096
_MAX_TOKEN = 8 * 1024


@dataclass(slots=True)
class Grant:
    """An accepted token: who calls, for which entity, with which scopes."""

    install: dict[str, Any]
    tenant: Tenant
    granted: tuple[str, ...]
    scopes: frozenset[str]
    expires_at: int
    window: Window
    prefix: tuple[bytes, bytes]

    def missing(self, scopes: frozenset[str]) -> list[str]:
        """The scopes that are not granted, sorted."""
        return sorted(scopes - self.scopes)


def token_of(header: bytes | None) -> bytes:
    """The token in an Authorization header, of at most 8 KiB."""
    scheme, _, token = (header or b"").partition(b" ")
    token = token.strip()
    if not token or scheme.lower() != b"bearer":
        raise Refused("invalid_token", "Missing or malformed Bearer token.")
    if len(token) > _MAX_TOKEN:
        raise Refused("invalid_token", "The token is longer than 8 KiB.")
    return token


def digest_of(header: bytes | None) -> bytes:
    """What stands for a header wherever it is remembered."""
    return blake2b(header or b"", digest_size=16).digest()


class Door(Protocol):
    """Lets a request in by its token."""

    async def enter(self, scope: Scope, header: bytes | None) -> Grant:
        """The grant; the scope gets the `Grants` that it is of, and the workspace where there are some."""


class Grants:
    """Reads tokens; whoever changes an install or revokes a token announces it to the database."""

    def __init__(
        self,
        contract: Contract,
        database: Database,
        signer: TokenSigner,
        tenants: list[Tenant],
        *,
        rate_limit: int | None,
        wall_time: Callable[[], float],
        window: Callable[[int, int, str], Window],
    ) -> None:
        policy = contract.document["x-rate-limit"]
        self._default_limit: int = policy["requests"] if rate_limit is None else rate_limit
        self._documented_limit: int = policy["requests"]
        self._seconds: int = policy["window_seconds"]
        self._bundles = {scope: frozenset(parts) for scope, parts in contract.scope_bundles.items()}
        self._database = database
        self._signer = signer
        self._tenants = tenants
        self._wall_time = wall_time
        self._new_window = window
        self._grants: dict[bytes, Grant] = {}
        self._changes = 0
        database.subscribe(self._forget)
        self._windows: dict[tuple[str, str], Window] = {}

    async def enter(self, scope: Scope, header: bytes | None) -> Grant:
        """The grant of an Authorization header; a Refused (401) where there is none."""
        scope["hellobooks.grants"] = self
        return await self.of(header, digest_of(header))

    async def of(self, header: bytes | None, digest: bytes) -> Grant:
        """The same, by the header's digest too."""
        grant = self._grants.get(digest)
        if grant is None:
            token = token_of(header)
            changes = self._changes
            grant = await self._database.run(lambda: self._read(token))
            # What changed while it was read, or would change unheard, is not remembered.
            if changes == self._changes and self._database.hears_changes:
                if len(self._grants) >= _MAX_REMEMBERED:
                    self._grants.clear()
                self._grants[digest] = grant
        if grant.expires_at <= self._wall_time():
            raise Refused("invalid_token", "Access token expired.")
        return grant

    def _forget(self) -> None:
        """Reads every token and install anew from here on; what was spent of a budget stays spent."""
        self._changes += 1
        self._grants.clear()

    def _read(self, token: bytes) -> Grant:
        claims = self._signer.read(token.decode("latin-1"))
        if claims is None:
            raise Refused("invalid_token")
        session = self._database.session
        found = read_install(session, claims.install_id)
        if found is None or found[0]["status"] == "uninstalled" or is_revoked(session, claims.token_id):
            raise Refused("invalid_token")
        install, tenant = found
        if install["status"] != "active":
            raise Refused("invalid_install")
        if install["client_disabled"]:
            raise Refused("invalid_client")
        claimed = install["scopes"] if claims.scopes is None else claims.scopes
        granted = tuple(scope for scope in install["scopes"] if scope in set(claimed))
        covered = frozenset(part for scope in granted for part in self._bundles.get(scope, ()))
        owner = next(each for each in self._tenants if each.key == tenant)
        return Grant(
            install=install,
            tenant=owner,
            granted=granted,
            scopes=covered.union(granted),
            expires_at=claims.expires_at,
            window=self._window(install),
            prefix=(owner.org.encode(), owner.entity.encode()),
        )

    def _window(self, install: dict[str, Any]) -> Window:
        key = (install["client_id"], install["id"])
        override = install["rate_limit"]
        limit = self._default_limit if override is None else override
        window = self._windows.get(key)
        if window is None:
            is_off = override is None and self._default_limit == 0
            make, shown = (Unlimited, self._documented_limit) if is_off else (self._new_window, limit)
            window = self._windows[key] = make(shown, self._seconds, ":".join(key))
        elif not isinstance(window, Unlimited) or override is not None:
            if isinstance(window, Unlimited):
                del self._windows[key]
                return self._window(install)
            window.limit = limit
        return window

    async def charge(self, grant: Grant) -> None:
        """Takes the price of one metered request; a Refused (402, 503) where that fails."""
        if grant.install["credits"]["mode"] != "off":
            await self._database.write(lambda: self._charge(grant.install["id"]))

    def _charge(self, install_id: str) -> None:
        session = self._database.session
        found = lock_install(session, install_id)
        if found is None:
            raise Refused("invalid_token")
        install = found[0]
        credits = install["credits"]
        if credits["mode"] == "unavailable":
            raise Refused("AI_CREDITS_CHECK_UNAVAILABLE", headers=[(b"retry-after", b"5")])
        price, balance = credits["price_per_request"], credits["balance"]
        if balance < price:
            usd = 1000
            raise Refused(
                "INSUFFICIENT_AI_CREDITS",
                requiredCredits=price,
                creditBalance=balance,
                requiredUSD=price / usd,
                balanceUSD=balance / usd,
            )
        credits["balance"] = balance - price
        write_install(session, install)
