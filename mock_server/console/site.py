"""What is served beside the API: readiness, the contract's files, and the pages."""

from __future__ import annotations

import re
from importlib.resources.abc import Traversable
from typing import Any

from mock_server.contract import Contract
from mock_server.gateway import Answer, ErrorGuard, Receive, Scope, Send
from mock_server.refused import Refused

_FILES = {
    "/openapi.yaml": ("openapi.yaml", b"application/yaml"),
    "/openapi.json": ("openapi.json", b"application/json"),
    "/openapi-3.0.json": ("openapi-3.0.json", b"application/json"),
}
_HOST = re.compile(rb"(?:[0-9A-Za-z_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_ANY_ORIGIN = (b"access-control-allow-origin", b"*")
_PAGES = ("/", "/reference", "/assets/")


class Site(ErrorGuard):
    """Serves files at once, and pages through Flask, which is loaded when the first one is asked for."""

    def __init__(self, contract: Contract, build_dir: Traversable) -> None:
        super().__init__(None, contract)
        self._contract = contract
        self._build_dir = build_dir
        # The first server of the contract stands for the sandbox, wherever that is.
        self._server: bytes = contract.document["servers"][0]["url"].encode()
        self._base = self._server.split(b"/", 3)[-1]
        self._flows = _flow_urls(contract)
        self._pages: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        path: str = scope["path"]
        if path in _PAGES[:2] or path.startswith(_PAGES[2]):
            if self._pages is None:
                self._pages = self._load_pages()
            await self._pages(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    async def admit(self, scope: Scope) -> Answer | None:
        """Answers what needs no page."""
        path = scope["path"]
        if path != "/readyz" and path not in _FILES:
            raise Refused("not_found", "No such path.")
        if scope["method"] not in {"GET", "HEAD"}:
            raise Refused("method_not_allowed", headers=[(b"allow", b"GET, HEAD")])
        if path == "/readyz":
            return Answer(200, b'{"ready":true}')
        name, media_type = _FILES[path]
        body = (self._build_dir / name).read_bytes()
        origin = _origin_of(scope)
        if origin is not None:
            body = body.replace(self._server, b"%s/%s" % (origin, self._base), 1)
            # The install flow of the document is the sandbox's own, and has the gateway's paths.
            for url in self._flows:
                body = body.replace(url, origin + b"/" + url.split(b"/", 3)[-1])
        # Readers of descriptions run on pages of other origins; nothing of a tenant is in a description.
        return Answer(200, body, [_ANY_ORIGIN], media_type)

    def _load_pages(self) -> Any:
        from a2wsgi import WSGIMiddleware

        from mock_server.console.pages import create_pages

        return WSGIMiddleware(create_pages(self._contract))  # type: ignore[arg-type]


def _flow_urls(contract: Contract) -> list[bytes]:
    """Every address of the contract's security schemes."""
    schemes = contract.document["components"]["securitySchemes"].values()
    flows = [flow for scheme in schemes for flow in scheme.get("flows", {}).values()]
    return sorted({url.encode() for flow in flows for name, url in flow.items() if name.endswith("Url")})


def _origin_of(scope: Scope) -> bytes | None:
    """Scheme and host that a client asked, where it named one; nothing else may get into a document."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or _HOST.fullmatch(hosts[0]) is None:
        return None
    return b"%s://%s" % (scope["scheme"].encode(), hosts[0])
