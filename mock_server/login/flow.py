"""The authorization code flow with PKCE, as a public client on this machine walks it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from mock_server.forwarding import ForwardingError, Server
from mock_server.login.callback import listening

_METADATA = "/.well-known/oauth-authorization-server"


class Login(NamedTuple):
    """What the person approved: the answer of the token endpoint, and whose entity it is for."""

    token: dict[str, Any]
    org: str
    entity: str


async def log_in(
    server: Server,
    client_id: str,
    scopes: Sequence[str],
    show: Callable[[str], Awaitable[None]],
    seconds: float,
) -> Login:
    """Shows the authorize page's address, waits for the person, and exchanges the code.

    Without `scopes` it asks for all that there are. What does not lead to a token is a ForwardingError.
    """
    endpoints = await _endpoints(server)
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    async with listening(state) as callback:
        asked = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": callback.address,
            "scope": " ".join(scopes or endpoints["scopes_supported"]),
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if server.workspace is not None:
            asked["workspace"] = server.workspace
        await show(f"{endpoints['authorization_endpoint']}?{urlencode(asked)}")
        try:
            brought = await callback.wait(seconds)
        except TimeoutError:
            raise ForwardingError(f"Nobody has decided within {seconds:.0f} seconds.") from None
    if "code" not in brought:
        raise ForwardingError(_told(brought))
    exchange = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": brought["code"],
        "redirect_uri": asked["redirect_uri"],
        "code_verifier": verifier,
    }
    answer = await server.form(_path(server, endpoints["token_endpoint"]), exchange)
    if answer.status != 200:
        raise ForwardingError(_told(answer.body))
    me = await server.public("GET", "/me", answer.body["access_token"])
    if me.status != 200:
        raise ForwardingError(f"{server.origin} gave a token, and answers it {me.told}.")
    return Login(answer.body, me.body["org_ref_id"], me.body["entity_ref_id"])


async def _endpoints(server: Server) -> dict[str, Any]:
    answer = await server.ask("GET", _METADATA)
    if answer.status != 200 or not isinstance(answer.body, dict) or "token_endpoint" not in answer.body:
        raise ForwardingError(f"{server.origin} says nothing of an install flow.")
    return answer.body


def _path(server: Server, address: str) -> str:
    """The path of an address that has to be the server's own: a code is sent nowhere else."""
    if not address.startswith(f"{server.origin}/"):
        raise ForwardingError(f"{server.origin} sends codes to another place: {address}.")
    return address.removeprefix(server.origin)


def _told(body: Any) -> str:
    told = body if isinstance(body, dict) else {}
    words = told.get("error_description") or "it gives no reason"
    return f"The sandbox answers {told.get('error', 'nothing')}: {str(words).rstrip('.')}."
