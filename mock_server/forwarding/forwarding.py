"""A subscription of `listen`'s own: an install, a token of it, and events to fetch with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from mock_server.forwarding.server import Answer, Entity, ForwardingError, Server, Unreachable
from mock_server.forwarding.state import State, StateFile

_APP = "hellobooks-sandbox-listen"
_SCOPES = ["webhooks:read", "webhooks:write"]
# It asks often, and must not be in the way of itself.
_RATE_LIMIT = 1_000_000
_TOKEN_SECONDS = 3600
_PAGE = 100
Tell = Callable[[str], None]


class Forwarding:
    """Fetches the entity's events; makes what the server does not know, at the start or later."""

    def __init__(
        self, server: Server, entity: Entity, topics: tuple[str, ...], file: StateFile, tell: Tell
    ) -> None:
        """Without `topics` it is all of the catalogue."""
        self._server = server
        self._entity = entity
        self._topics = topics
        self._file = file
        self._tell = tell
        self._state: State | None = None
        self._token = ""

    async def open(self) -> None:
        """Takes up the forwarding of the state, or makes one."""
        state = self._file.read()
        if state is not None and (state.org, state.entity) == self._entity:
            self._state = state
        if not await self._enter():
            await self._begin()
        elif set(await self._wanted()) != set(self._known.topics):
            self._tell("The topics are others than before: this is a new subscription.")
            await self._server.public("DELETE", f"{self._webhooks}/{self._known.webhook}", self._token)
            await self._subscribe()
        elif not await self._is_subscribed():
            await self._subscribe()
        else:
            self._tell("It goes on after the last event that was answered, with the same signing secret.")

    async def events(self) -> list[Any]:
        """The next events, oldest first, signed now; Unreachable where they cannot be had at the moment."""
        answer = await self._page()
        if answer.status == 401:
            # The token has expired, or the server has begun anew.
            if not await self._enter():
                self._tell("The sandbox has lost its data: this is a new forwarding.")
                await self._begin()
            answer = await self._page()
        if answer.status == 404:
            self._tell("The subscription has ended: this is a new one.")
            await self._subscribe()
            answer = await self._page()
        if answer.status == 409:
            self._tell("Events that were not forwarded are kept no longer; it goes on with those that are.")
            self._keep(self._known.at(None))
            answer = await self._page()
        if answer.status != 200:
            raise Unreachable(f"{self._server.origin} answers {answer.told}.")
        found: list[Any] = answer.body["events"]
        return found

    async def is_today(self) -> bool:
        """Whether the server is as the gateway is today, where no change is told of."""
        # What is planned is not found there; elsewhere the scope is asked for first.
        answer = await self._server.public("GET", f"{self._entity.path}/boms", self._token)
        return answer.status == 404

    def acknowledge(self, event: Any) -> None:
        """Goes on after this event, in the next run too."""
        self._keep(self._known.at(event["delivery_id"]))

    @property
    def _known(self) -> State:
        assert self._state is not None
        return self._state

    @property
    def _webhooks(self) -> str:
        return f"{self._entity.path}/webhooks"

    def _keep(self, state: State) -> None:
        self._file.write(state)
        self._state = state

    async def _page(self) -> Answer:
        query = {"limit": _PAGE} | ({"after": self._known.cursor} if self._known.cursor else {})
        path = f"{self._webhooks}/{self._known.webhook}/events"
        return await self._server.public("GET", path, self._token, query=query)

    async def _enter(self) -> bool:
        """Gets a token; False where the server has no such install."""
        state = self._state
        if state is None:
            return False
        found = await self._server.control("GET", f"/installs/{state.install}")
        if found.status != 200 or found.body["client_id"] != state.client:
            return False
        body = {"install_id": state.install, "expires_in": _TOKEN_SECONDS}
        answer = await self._server.control("POST", "/tokens", body)
        if answer.status != 201:
            return False
        self._token = answer.body["access_token"]
        return True

    async def _begin(self) -> None:
        """Makes an install, a token and a subscription."""
        client = f"{_APP}-{secrets.token_hex(6)}"
        body = {
            "org_ref_id": self._entity.org,
            "entity_ref_id": self._entity.entity,
            "client_id": client,
            "app_slug": _APP,
            "scopes": _SCOPES,
            "rate_limit": _RATE_LIMIT,
        }
        install = _made(await self._server.control("POST", "/installs", body))
        state = State(self._server.name, *self._entity, (), client, install["id"], "", "")
        self._state = state
        if not await self._enter():
            raise Unreachable(f"{self._server.origin} has forgotten the new install.")
        await self._subscribe()

    async def _subscribe(self) -> None:
        """Makes a subscription, and says its secret."""
        body = {"topics": await self._wanted(), "delivery_mode": "pull"}
        made = _made(await self._server.public("POST", self._webhooks, self._token, body))
        state = self._known
        self._keep(
            State(
                self._server.origin,
                *self._entity,
                tuple(made["topics"]),
                state.client,
                state.install,
                made["id"],
                made["signing_secret"],
            )
        )
        self._tell(f"Signing secret: {made['signing_secret']}")

    async def _is_subscribed(self) -> bool:
        answer = await self._server.public("GET", self._webhooks, self._token)
        rows = answer.body.get("subscriptions", []) if answer.status == 200 else []
        return self._known.webhook in [row["_id"] for row in rows]

    async def _wanted(self) -> list[str]:
        if self._topics:
            return list(self._topics)
        answer = await self._server.public("GET", f"{self._webhooks}/topics", self._token)
        found: list[str] = _made(answer)["topics"]
        return found


def _made(answer: Answer) -> Any:
    if answer.status not in {200, 201}:
        raise ForwardingError(f"The sandbox refuses the forwarding: {answer.told}.")
    return answer.body
