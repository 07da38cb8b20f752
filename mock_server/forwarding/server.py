"""A sandbox as a command sees it: over HTTP, by its control plane and its public API."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_SECONDS = 30.0
_CONTROL = "/_sandbox/v1"
_WORKSPACE = re.compile(r"/_sandbox/v1/workspaces/([^/]+)")
# A request that changed very many records is one line of a stream.
_LONGEST_LINE = 64 * 1024 * 1024
_TOO_MANY = 429


class ForwardingError(Exception):
    """What a command cannot go on with, in one plain sentence."""


class Unreachable(ForwardingError):
    """The server does not answer now, or not with what was asked; it may later."""


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    body: Any

    @property
    def told(self) -> str:
        """The refusal in words."""
        body = self.body if isinstance(self.body, dict) else {}
        details = body.get("details") or [{}]
        where = details[0].get("pointer") or ""
        error = body.get("error") or ""
        text = details[0].get("message") or body.get("message") or (error if isinstance(error, str) else "")
        return f"{self.status} {where} {text}".replace("  ", " ").strip().rstrip(".")


class Entity(NamedTuple):
    """Whose events they are."""

    org: str
    entity: str

    @property
    def path(self) -> str:
        """Where the entity is, in both APIs."""
        return f"/orgs/{self.org}/entities/{self.entity}"


class Server:
    """Sends requests; `url` may have a path, of which only a workspace is looked at."""

    def __init__(self, url: str, admin_token: str = "") -> None:
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise ForwardingError(f"{url} is no address of a sandbox such as http://127.0.0.1:8080.")
        self.origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        found = _WORKSPACE.match(parts.path)
        self.workspace = found[1] if found else None
        self._control = found[0] if found else _CONTROL
        self._admin_token = admin_token
        self._session: Any = None

    @property
    def name(self) -> str:
        """The sandbox that it is: its address, and the workspace where one is named."""
        return self.origin if self.workspace is None else f"{self.origin}{self._control}"

    async def control(
        self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> Answer:
        """One request to the control plane."""
        return await self._ask(method, f"{self._control}{path}", self._admin_token, body, query)

    async def public(
        self,
        method: str,
        path: str,
        token: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One request to the public API."""
        return await self._ask(method, f"/public/v1{path}", token, body, query)

    async def ask(self, method: str, path: str) -> Answer:
        """One request to what stands beside both APIs."""
        return await self._ask(method, path, "", None, None)

    async def form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """One form that is posted."""
        return await self._ask("POST", path, "", None, None, fields)

    async def text(self, path: str, query: Mapping[str, Any]) -> str:
        """What the control plane answers to a GET, as it is; a ForwardingError where it refuses."""
        import aiohttp

        try:
            async with self._control_get(path, query, _SECONDS) as response:
                found: str = await response.text()
                if response.status != 200:
                    raise ForwardingError(f"GET {path}: {_read(response.status, found).told}.")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"{self.origin} does not answer: {reason_of(error)}.") from error
        return found

    async def lines(self, path: str, query: Mapping[str, Any]) -> AsyncIterator[str]:
        """The lines of a stream of the control plane, as they come, until it ends."""
        import aiohttp

        try:
            async with self._control_get(path, query, None) as response:
                if response.status != 200:
                    told = _read(response.status, await response.text()).told
                    raise ForwardingError(f"GET {path}: {told}.")
                async for line in response.content:
                    yield line.decode().rstrip("\n")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"{self.origin} does not answer: {reason_of(error)}.") from error

    def _control_get(self, path: str, query: Mapping[str, Any], seconds: float | None) -> Any:
        import aiohttp

        headers = {"authorization": f"Bearer {self._admin_token}"} if self._admin_token else {}
        return self._opened().get(
            f"{self.origin}{self._control}{path}",
            params=query,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds),
            max_line_size=_LONGEST_LINE,
        )

    def _opened(self) -> Any:
        # Loaded where it is needed.
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_SECONDS), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def _ask(
        self,
        method: str,
        path: str,
        token: str,
        body: Any,
        query: Mapping[str, Any] | None,
        fields: Mapping[str, str] | None = None,
    ) -> Answer:
        # Loaded where it is needed.
        import aiohttp

        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._opened().request(
                method,
                self.origin + path,
                headers=headers,
                json=body,
                data=fields,
                params=query,
                allow_redirects=False,
            ) as response:
                status = response.status
                answer = Answer(status, await response.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"{self.origin} does not answer: {reason_of(error)}.") from error
        except ValueError as error:
            raise Unreachable(f"{self.origin} does not answer as a sandbox does.") from error
        if status == _TOO_MANY or status >= 500:
            raise Unreachable(f"{self.origin} answers {answer.told}.")
        return answer

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()


def _read(status: int, text: str) -> Answer:
    try:
        return Answer(status, json.loads(text))
    except ValueError:
        return Answer(status, None)


def reason_of(error: Exception) -> str:
    """Why a connection came to nothing, in a few words."""
    if isinstance(error, TimeoutError):
        return "it took too long"
    cause = getattr(error, "os_error", error)
    if isinstance(cause, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(cause, OSError) and cause.strerror:
        # "Connect call failed ('127.0.0.1', 3000)" and the like name what is said already.
        return cause.strerror.partition(" (")[0].rstrip(".")
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__


async def find_entities(server: Server, org: str | None, entity: str | None) -> list[Entity]:
    """The entities of the sandbox that fit what was named, in its order; one at least."""
    answer = await server.control("GET", "/entities")
    if answer.status != 200 or not isinstance(answer.body, dict) or "entities" not in answer.body:
        raise ForwardingError(
            f"{server.origin} has no control plane for this machine: it answers the server's own, "
            "and others with the admin token."
        )
    found = [Entity(row["org_ref_id"], row["entity_ref_id"]) for row in answer.body["entities"]]
    fitting = [each for each in found if org in {None, each.org} and entity in {None, each.entity}]
    if not fitting:
        named = "/".join(part for part in (org, entity) if part)
        raise ForwardingError(f"The sandbox has no entity {named}; it has {_list(found)}.")
    return fitting


def _list(entities: list[Entity]) -> str:
    return ", ".join("/".join(each) for each in entities) or "none"
