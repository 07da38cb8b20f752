"""The outermost room: the envelope, the token, the plan, the budget, the credits and the tenant."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import Any

from mock_server.contract import Contract
from mock_server.gateway.answers import Answer, Disconnected, Envelope, Receive, Scope, Send, Sender
from mock_server.gateway.calls import headers_of
from mock_server.gateway.grants import Door, Grant, digest_of
from mock_server.gateway.local import is_local
from mock_server.gateway.routing import decoded, segments_of
from mock_server.refused import Refused
from mock_server.storage import StorageError, Unavailable

# Seconds after which a client may find the database again.
_RETRY_AFTER = (b"retry-after", b"1")
# The plan above each of those that are known; to any other none is offered.
_HIGHER_PLAN = {"free": "pro", "starter": "growth", "growth": "scale"}
logger = logging.getLogger("hellobooks.sandbox")


class ErrorGuard:
    """Sends every answer: what the rooms below leave in the scope, a refusal, or the 500 of last resort."""

    def __init__(self, app: Any, contract: Contract) -> None:
        self.app = app
        self._envelope = Envelope(contract)
        self._sender = Sender(contract)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; whatever fails below, the answer is in the envelope."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            answer = await self.admit(scope)
            if answer is None:
                await self.app(scope, receive, send)
                answer = scope["hellobooks.answer"]
        except Disconnected:
            return
        except Refused as refusal:
            answer = self._envelope.refuse(refusal)
        except Unavailable as error:
            logger.warning("The database cannot be used now: %s", str(error) or error.__cause__)
            answer = self._envelope.refuse(Refused("service_unavailable", headers=[_RETRY_AFTER]))
        except asyncio.CancelledError:
            # The server ends, and would wait no longer.
            answer = self._envelope.refuse(Refused("service_unavailable", headers=[_RETRY_AFTER]))
        except StorageError as error:
            logger.error("%s", error)
            answer = self._envelope.refuse(Refused("internal_error"))
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"][:200])
            answer = self._envelope.refuse(Refused("internal_error"))
        await self._sender.send(scope, send, answer)

    async def admit(self, scope: Scope) -> Answer | None:
        """Lets the request in (None), answers it, or refuses it."""


class Gateway(ErrorGuard):
    """The public gateway's guards, in its order."""

    def __init__(self, app: Any, contract: Contract, door: Door, base: str) -> None:
        super().__init__(app, contract)
        self._door = door
        self._depth = base.strip("/").count("/") + 1
        self._free = {op.path.strip("/").encode() for op in contract.operations.values() if not op.is_metered}

    async def admit(self, scope: Scope) -> Answer | None:
        """Bearer token, plan, rate limit, credits, then the tenant in the path."""
        headers = headers_of(scope)
        scope["hellobooks.headers"] = headers
        grant = await self._door.enter(scope, headers.get(b"authorization"))
        scope["hellobooks.grant"] = grant
        scope["hellobooks.grant_now"] = self._grant_now
        install, window = grant.install, grant.window
        if not install["plan"]["covers_public_api"]:
            scope["hellobooks.budget"] = window.headers()
        _check_plan(grant)
        try:
            is_taken = window.take() or await window.draw()
        finally:
            scope["hellobooks.budget"] = window.headers()
        if not is_taken:
            raise Refused("rate_limited", headers=[(b"retry-after", b"%d" % window.reset)])
        segments = segments_of(scope)
        scope["hellobooks.segments"] = segments
        rest = segments[self._depth :]
        if install["credits"]["mode"] != "off" and b"/".join(rest) not in self._free:
            await scope["hellobooks.grants"].charge(grant)
        _check_tenant(rest, grant)
        return None

    async def _grant_now(self, scope: Scope) -> Grant:
        """What the token allows by now: a body may take its time, and a token may be revoked meanwhile."""
        header = scope["hellobooks.headers"].get(b"authorization")
        grant: Grant = await scope["hellobooks.grants"].of(header, digest_of(header))
        _check_plan(grant)
        return grant


def _check_plan(grant: Grant) -> None:
    plan = grant.install["plan"]
    if not plan["covers_public_api"]:
        raise Refused("FEATURE_NOT_IN_PLAN", **_plan_refusal(plan))


def _check_tenant(rest: list[bytes], grant: Grant) -> None:
    if not rest or rest[0] != b"orgs":
        return
    org, entity = grant.prefix
    if len(rest) > 1 and rest[1] != org and decoded(rest[1]) != grant.tenant.org:
        raise Refused("tenant_scope_violation", values={"what": "org"})
    if len(rest) > 3 and rest[2] == b"entities" and rest[3] != entity:
        if decoded(rest[3]) != grant.tenant.entity:
            raise Refused("tenant_scope_violation", values={"what": "entity"})


def _plan_refusal(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "error": {
            "code": plan["refusal"],
            "plan": plan["name"],
            "feature": "ApiAccess",
            "upgradeTo": _HIGHER_PLAN.get(plan["name"]),
            "upgradeUrl": "/settings/subscription?intent=upgrade",
        }
    }


# Finds the workspace that a path of the control plane is in, and what the path is within it.
Place = Callable[[Scope], Awaitable[None]]


class ControlGuard(ErrorGuard):
    """Lets this machine itself reach the control plane, and who has the admin token, where there is one."""

    def __init__(self, app: Any, contract: Contract, place: Place, admin_token: str = "") -> None:
        super().__init__(app, contract)
        self._place = place
        self._credentials = f"Bearer {admin_token}".encode() if admin_token else None

    async def admit(self, scope: Scope) -> Answer | None:
        """Refuses, as if there were no such path, whoever is surely neither of them."""
        client = scope.get("client")
        is_here = client is not None and is_local(client[0], scope["headers"])
        if not is_here and not self._is_admin(scope):
            raise Refused("not_found", "No such path.")
        await self._place(scope)
        return None

    def _is_admin(self, scope: Scope) -> bool:
        given = headers_of(scope).get(b"authorization", b"")
        return self._credentials is not None and compare_digest(given, self._credentials)


class InternalGuard(ErrorGuard):
    """The prefixes of HelloBooks' own frontend: they refuse every marketplace token."""

    def __init__(self, app: Any, contract: Contract) -> None:
        super().__init__(app, contract)
        self._message: str = contract.document["x-internal-prefixes"]["message"]

    async def admit(self, scope: Scope) -> Answer | None:
        """Refuses."""
        raise Refused("invalid_token", self._message)
