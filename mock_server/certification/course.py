"""What the lines of the script play with: they send, say what they want, and keep what they saw."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from mock_server.certification.evidence import Evidence, Unusable
from mock_server.certification.examples import Event, Examples, rendered
from mock_server.certification.sender import Answer, Sender, Unreached
from mock_server.clock import Clock
from mock_server.events import signed_headers

# Refusals that are of something else: the subscription's end, and too many requests.
_OTHER_REFUSALS = {410, 429}
_LOOK_AGAIN = 0.05
_SHOWN = 200


@dataclass(frozen=True)
class Sent:
    """A request as it goes out; with `whole` its head announces so many bytes and the body ends before."""

    what: str
    event_id: str
    body: bytes
    headers: Mapping[str, str]
    whole: int | None = None

    def without(self, *names: str) -> Sent:
        """The same without some of the headers."""
        return replace(self, headers={key: value for key, value in self.headers.items() if key not in names})

    def signed(self, signature: str) -> Sent:
        """The same with another signature."""
        return replace(self, headers={**self.headers, "webhook-signature": signature})

    def named(self, event_id: str) -> Sent:
        """The same with another id in its header."""
        return replace(self, event_id=event_id, headers={**self.headers, "webhook-id": event_id})

    def carrying(self, body: bytes, what: str = "") -> Sent:
        """The same with other bytes under its signature."""
        return replace(self, body=body, what=what or self.what)

    @property
    def signature(self) -> str:
        """Its signature as the header has it."""
        return self.headers["webhook-signature"]


@dataclass
class Course:
    """One receiver while the script is played, and what the present line has seen of it."""

    sender: Sender
    examples: Examples
    url: str
    secret: str
    events_url: str | None
    burst: int
    # Seconds: for an answer to be in time, and until an event that was accepted has been handled.
    limit: float
    settle: float
    evidence: list[Evidence] = field(default_factory=list)
    # Why the line could not be seen.
    reason: str = ""
    is_reached: bool = True

    def sent(
        self,
        what: str,
        event: Event,
        body: bytes | None = None,
        *,
        secrets: Sequence[str] = (),
        off: timedelta = timedelta(0),
    ) -> Sent:
        """An event that is signed with its bytes, now or some time off."""
        content = rendered(event) if body is None else body
        event_id = event["event_id"]
        moment = datetime.fromtimestamp(Clock.wall(), UTC) + off
        return Sent(
            what, event_id, content, signed_headers(secrets or (self.secret,), event_id, content, moment)
        )

    async def accepts(self, sent: Sent, limit: float | None = None) -> Answer:
        """Sends what has to be answered 2xx, in so many seconds if a limit is named."""
        answer = await self.post(sent)
        is_late = limit is not None and answer.ms > limit * 1000
        self.keep(
            sent, "2xx" if limit is None else f"2xx in {limit:g} s", answer, answer.is_success and not is_late
        )
        return answer

    async def refuses(self, *all_sent: Sent) -> None:
        """Sends what has to be refused, then a right one, to see that it is still taken.

        Refused is 4xx: what breaks (5xx) has not looked. Who has not received the whole of what was announced
        need not answer. Nothing of it may be handled.
        """
        for sent in all_sent:
            answer = await self.post(sent)
            if answer.status is None:
                is_right = sent.whole is not None
            else:
                is_right = 400 <= answer.status < 500 and answer.status not in _OTHER_REFUSALS
            self.keep(sent, "4xx" if sent.whole is None else "4xx or no answer", answer, is_right)
        after = self.sent("a right one after that", self.examples.event("work_order.released"))
        await self.accepts(after)
        if self.events_url is not None:
            handled = await self.handled({after.event_id})
            taken = sorted({sent.event_id for sent in all_sent} & set(handled))
            self.seen_ids("the handled ids", "none that was refused", taken, not taken)

    async def post(self, sent: Sent) -> Answer:
        """Sends a request and judges nothing; raises Unreached where the receiver was never there."""
        try:
            answer = await self.sender.post(self.url, sent.headers, sent.body, sent.whole)
        except Unreached as error:
            if not self.is_reached:
                raise
            return Answer(None, str(error), 0)
        self.is_reached = True
        return answer

    async def handled(self, awaited: set[str]) -> list[str]:
        """The ids that were handled, once the awaited ones are among them or have had their time."""
        if self.events_url is None:
            raise Unusable("Nothing says where the handled ids are read.")
        loop = asyncio.get_running_loop()
        end = loop.time() + self.settle
        while True:
            found = await self.sender.ids(self.events_url)
            if awaited <= set(found) or loop.time() >= end:
                return found
            # The receiver has no way to tell that it has finished.
            await asyncio.sleep(_LOOK_AGAIN)

    def seen_ids(self, sent: str, wanted: str, ids: Sequence[str], is_right: bool) -> None:
        """Keeps what the list of handled ids has said."""
        seen = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
        self.evidence.append(Evidence(sent, wanted, seen or "none", is_right))

    def keep(self, sent: Sent, wanted: str, answer: Answer, is_right: bool) -> None:
        """Keeps what came of a request."""
        self.evidence.append(evidence_of(sent, wanted, answer, is_right))


def evidence_of(sent: Sent, wanted: str, answer: Answer, is_right: bool) -> Evidence:
    """What is kept of one request."""
    text = "".join(each if each.isprintable() else " " for each in answer.text)[:_SHOWN].strip()
    seen = str(answer.status) if answer.status is not None else f"no answer: {text}"
    return Evidence(
        sent.what, wanted, seen, is_right, sent.event_id, len(sent.body), answer.status, answer.ms, text
    )
