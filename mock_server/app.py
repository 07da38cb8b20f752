"""The whole server as one ASGI application: the public gateway, the control plane and the pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from mock_server.contract import Contract
from mock_server.gateway import ControlGuard, Gateway, InternalGuard, Receive, Scope, Send
from mock_server.gateway.lab import Recording
from mock_server.oauth import METADATA, OauthRoom
from mock_server.planes import ContractApp, Planes
from mock_server.sandbox import Sandbox

PUBLIC = "/public/v1"
CONTROL = "/_sandbox/v1"


class Front:
    """Sends each request to the application that its path belongs to."""

    def __init__(
        self, public: Any, control: Any, internal: Any, oauth: Any, pages: Any, contract: Contract
    ) -> None:
        self._public = public
        self._control = control
        self._internal = internal
        self._oauth = oauth
        self._pages = pages
        self._prefixes = tuple(contract.document["x-internal-prefixes"]["prefixes"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection event."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self._public(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith("/public/v1/") or path == PUBLIC:
            await self._public(scope, receive, send)
        elif path.startswith("/_sandbox/"):
            await self._control(scope, receive, send)
        elif any(path == prefix or path.startswith(prefix + "/") for prefix in self._prefixes):
            await self._internal(scope, receive, send)
        elif path.startswith("/oauth/") or path == METADATA:
            await self._oauth(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def build_app(sandbox: Sandbox, planes: Planes | None = None) -> Front:
    """Puts the rooms together, with this sandbox as the first one."""
    from mock_server.console import Site

    planes = Planes(sandbox) if planes is None else planes
    contract = sandbox.contract
    guard = partial(
        Gateway,
        contract=contract,
        door=planes.workspaces,
        base=PUBLIC,
        recording=_recording(sandbox, "public", contract),
    )
    public = planes.app(planes.public, PUBLIC, guard)
    internal = InternalGuard(None, contract, _recording(sandbox, "internal", contract))
    pages = Site(sandbox.contract, sandbox.settings.build_dir)
    oauth = OauthRoom(planes.workspaces)
    return Front(public, build_control(sandbox, planes), internal, oauth, pages, sandbox.contract)


def _recording(first: Sandbox, plane: str, contract: Contract) -> Recording | None:
    return None if first.exchanges is None else Recording(first.exchanges, plane, contract)


def build_control(sandbox: Sandbox, planes: Planes | None = None) -> ContractApp:
    """The control plane alone."""
    planes = Planes(sandbox) if planes is None else planes
    guard = partial(
        ControlGuard,
        contract=planes.control.contract,
        place=planes.workspaces.place,
        admin_token=sandbox.settings.admin_token,
        recording=_recording(sandbox, "control", planes.control.contract),
    )
    return planes.app(planes.control, CONTROL, guard)
