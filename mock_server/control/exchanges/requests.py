"""The control plane: the log of requests, why each was answered so, and what all of them tell."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.api import commits_itself, ended, modified, place_of
from mock_server.contract import Contract
from mock_server.control.exchanges.replay import Ask, Replayer
from mock_server.control.exchanges.request_stream import RequestStream
from mock_server.exchanges import EXPORTS, Exchange, Ring, detail, fitting, interest, scope_report, summary
from mock_server.gateway import Answer, Call, Later, Streamed
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.storage.documents import MAX_PAGE_BYTES, Position
from mock_server.wire import dumps

_STREAM = b"text/event-stream"


class RequestControl:
    """The handlers, named by operation; `contracts` are those of the parts of the server, by their names."""

    def __init__(self, sandbox: Sandbox, contracts: Mapping[str, Contract], public: Ask) -> None:
        self._cursors = sandbox.cursors
        self._is_logging = sandbox.exchanges is not None
        self._ring = Ring() if sandbox.exchanges is None else sandbox.exchanges
        self._contracts = contracts
        self._replayer = Replayer(sandbox, self._ring, public)

    def list_requests(self, call: Call) -> Answer:
        """Requests in short, oldest first."""
        found, end = self._stretch(call)
        page = ended(call, self._cursors, "requests", [dumps(summary(each)) for each in found], end)
        told = b"true" if self._is_logging else b"false"
        page.body = b'%s,"is_logging":%s}' % (page.body[:-1], told)
        return page

    def get_request(self, call: Call) -> Answer:
        """One request, and why it was answered so."""
        return self._shown(self._exchange(call))

    def clear_requests(self, call: Call) -> Answer:
        """Forgets all of them."""
        return modified(self._ring.clear())

    def stream_requests(self, call: Call) -> Answer:
        """Tells of requests as they are answered."""
        follower = self._ring.follow(fitting(call.query), call.query.get("last", 0))
        stream = RequestStream(follower, call.query.get("seconds"))
        return Streamed(200, b"", media_type=_STREAM, next=stream.next, end=follower.end)

    def export_requests(self, call: Call) -> Answer:
        """A stretch of the log in another form."""
        media_type, write = EXPORTS[call.query["format"]]
        found, _ = self._stretch(call)
        return Answer(200, write(found, self._contracts["public"]), media_type=media_type)

    @commits_itself
    def replay_request(self, call: Call) -> Answer | Later:
        """Sends a request again."""
        exchange = self._exchange(call)
        if exchange.plane != "public":
            is_control = exchange.plane == "control"
            where = "the control plane" if is_control else "a prefix of HelloBooks' own frontend"
            raise Refused(
                "not_replayable",
                f"Only requests to the public API are sent again; this one went to {where}.",
            )
        send = self._replayer.prepare(exchange)

        async def finish() -> Answer:
            return self._shown(await send())

        return Later(finish)

    def get_scope_report(self, call: Call) -> Answer:
        """Scopes as they were used."""
        by = call.query["by"]
        reports = scope_report(self._fitting(call), self._contracts["public"], by)
        return Answer(200, dumps({"by": by, "is_logging": self._is_logging, "reports": reports}))

    def get_interest(self, call: Call) -> Answer:
        """What was used, as HelloBooks asks for it."""
        found = interest(self._fitting(call), self._contracts["public"])
        return Answer(200, dumps({"is_logging": self._is_logging, **found}))

    def _fitting(self, call: Call) -> list[Exchange]:
        fits = fitting(call.query)
        return [each for each in self._ring if fits(each)]

    def _exchange(self, call: Call) -> Exchange:
        found = self._ring.find(call.path["requestId"])
        if found is None:
            off = "" if self._is_logging else " There is no log: the sandbox was started with --no-log."
            raise Refused("not_found", f"There is no such request in the log.{off}")
        return found

    def _shown(self, exchange: Exchange) -> Answer:
        return Answer(200, dumps(detail(exchange, self._contracts)))

    def _stretch(self, call: Call) -> tuple[list[Exchange], Position | None]:
        """The exchanges that a query asks for, and where the next page begins; large ones make it shorter."""
        fits, query = fitting(call.query), call.query
        if "last" in query:
            return _within(self._ring.last(fits, query["last"])[::-1])[::-1], None
        found, is_more = self._ring.page(fits, place_of(call, self._cursors), query["limit"])
        shown = _within(found)
        is_more = is_more or len(shown) < len(found)
        return shown, Position(shown[-1].place) if is_more else None


def _within(exchanges: list[Exchange]) -> list[Exchange]:
    """The first of them, until they come to what a page may be large."""
    size = count = 0
    for exchange in exchanges:
        if size >= MAX_PAGE_BYTES:
            break
        size += exchange.size
        count += 1
    return exchanges[:count]
