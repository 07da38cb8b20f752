"""Receivers with one mistake each, and the line of the certificate that has to find it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from mock_server.contract import read_document
from mock_server.settings import BUILT
from tests.certification.receivers import SECRET, Receiver

_WEBHOOK = Webhook(SECRET)
_PUBLISHED = Webhook(read_document(BUILT / "openapi.json")["x-signature-vector"]["signing_secret"])


class Redirects(Receiver):
    """Takes a delivery and sends on to another page."""

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        super().take(event_id, event)
        return 302


class Drops(Receiver):
    """Answers 2xx and does nothing."""

    def handle(self, event_id: str, event: dict[str, Any]) -> None:
        pass


class Reserialises(Receiver):
    """Verifies the JSON as a framework parsed it, written again."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            body = orjson.dumps(orjson.loads(body))
        except ValueError as error:
            raise WebhookVerificationError("no JSON") from error
        super().verify(body, headers)


class Strips(Receiver):
    """Takes the line's end away before it verifies."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        super().verify(body.strip(), headers)


class ComparesTheStart(Receiver):
    """Compares as much of the signature as came."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        given = headers.get("webhook-signature", "")
        if given.startswith("v1,") and "webhook-id" in headers and len(given) < 40:
            return
        super().verify(body, headers)


class TakesTheIdOfTheBody(Receiver):
    """Verifies with the id that the body has where that of the header does not fit."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            super().verify(body, headers)
        except WebhookVerificationError:
            event_id = _id_of(body)
            if event_id is None or "webhook-id" not in headers:
                raise
            super().verify(body, {**headers, "webhook-id": event_id})


class KeepsTheExamplesSecret(Receiver):
    """Knows the secret of the documentation beside its own."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            super().verify(body, headers)
        except WebhookVerificationError:
            _PUBLISHED.verify(body, dict(headers))


class TakesTheTextAsKey(Receiver):
    """Takes the secret's text for the key where the decoded one does not fit."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            super().verify(body, headers)
        except WebhookVerificationError:
            Webhook(SECRET.encode()).verify(body, dict(headers))


class IgnoresTime(Receiver):
    """Does not look at the time."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        _verify_at_any_time(body, headers)


class TakesTheFuture(Receiver):
    """Looks for deliveries that are old, and not for those that are not made yet."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            super().verify(body, headers)
        except WebhookVerificationError as error:
            if "too new" not in str(error):
                raise
            _verify_at_any_time(body, headers)


class TakesTheUnsigned(Receiver):
    """Verifies where there is something to verify."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        if "webhook-signature" in headers:
            super().verify(body, headers)


class BreaksWithoutHeaders(Receiver):
    """Expects the headers to be there."""

    def respond(self, body: bytes, headers: Mapping[str, str]) -> int:
        if "webhook-timestamp" not in headers:
            return 500
        return super().respond(body, headers)


class ReadsOneSignature(Receiver):
    """Takes the first signature of a list for the only one."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        signature = headers.get("webhook-signature", "").split(" ")[0]
        super().verify(body, {**headers, "webhook-signature": signature})


class HandlesTwice(Receiver):
    """Handles whatever comes."""

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        self.handle(event_id, event)
        return 204


class RefusesRepeats(Receiver):
    """Answers 409 to what it has handled already, so that it is sent for ever."""

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        if event_id in self.handled:
            return 409
        return super().take(event_id, event)


class WorksFirst(Receiver):
    """Settles with the vendor before it answers, which takes twenty seconds."""

    def handle(self, event_id: str, event: dict[str, Any]) -> None:
        if event["topic"] == "subcontract_order.completed":
            self.seconds += 20
        super().handle(event_id, event)


class WantsOrder(Receiver):
    """Refuses what is older than what it knows of a record."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        record = next(iter(event["data"].values()))["id"]
        if event["created_at"] < self._known.get(record, ""):
            return 409
        self._known[record] = event["created_at"]
        return super().take(event_id, event)


class KnowsItsTopics(Receiver):
    """Refuses topics that it has no handler for."""

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        return 422 if event["topic"].startswith("machine.") else super().take(event_id, event)


class KnowsItsMembers(Receiver):
    """Refuses members that its schema does not have."""

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        known = {"event_id", "topic", "created_at", "org_ref_id", "entity_ref_id", "data"}
        return super().take(event_id, event) if set(event) <= known else 400


class HasRoomForFifty(Receiver):
    """Says 429 to more than fifty deliveries of a topic in a row."""

    def __init__(self) -> None:
        super().__init__()
        self._topics: list[str] = []

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        self._topics.append(event["topic"])
        if len(self._topics) > 50 and len(set(self._topics[-51:])) == 1:
            return 429
        return super().take(event_id, event)


class LosesSome(HasRoomForFifty):
    """Answers 2xx to more than fifty deliveries of a topic in a row, and forgets them."""

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        super().take(event_id, event)
        return 204


class TakesLittle(Receiver):
    """Has the usual bound of a framework, 100 kB."""

    def respond(self, body: bytes, headers: Mapping[str, str]) -> int:
        return 413 if len(body) > 102_400 else super().respond(body, headers)


class WavesThrough(Receiver):
    """Answers 200 to what it cannot parse, so that it is not sent again."""

    def respond(self, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            json.loads(body)
        except ValueError:
            return 200
        return super().respond(body, headers)


class HandlesFirst(Receiver):
    """Handles what comes and verifies it afterwards: refused on all lines, and done all the same."""

    def respond(self, body: bytes, headers: Mapping[str, str]) -> int:
        if (event_id := headers.get("webhook-id")) and event_id not in self.handled:
            self.handled.append(event_id)
        return super().respond(body, headers)


FAULTY: list[tuple[type[Receiver], int]] = [
    (Redirects, 1),
    (Drops, 1),
    (Reserialises, 2),
    (Strips, 2),
    (ComparesTheStart, 3),
    (TakesTheIdOfTheBody, 3),
    (KeepsTheExamplesSecret, 4),
    (TakesTheTextAsKey, 4),
    (IgnoresTime, 5),
    (TakesTheFuture, 5),
    (TakesTheUnsigned, 6),
    (BreaksWithoutHeaders, 6),
    (ReadsOneSignature, 7),
    (HandlesTwice, 8),
    (RefusesRepeats, 8),
    (WorksFirst, 9),
    (WantsOrder, 10),
    (KnowsItsTopics, 11),
    (KnowsItsMembers, 11),
    (HasRoomForFifty, 12),
    (LosesSome, 12),
    (TakesLittle, 13),
    (WavesThrough, 14),
]


def _id_of(body: bytes) -> str | None:
    try:
        return str(json.loads(body)["event_id"])
    except ValueError:
        return None


def _verify_at_any_time(body: bytes, headers: Mapping[str, str]) -> None:
    try:
        moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        given = [base64.b64decode(each.split(",")[1]) for each in headers["webhook-signature"].split(" ")]
        right = _WEBHOOK.sign(headers["webhook-id"], moment, body.decode())
    except KeyError as error:
        raise WebhookVerificationError("a header is missing") from error
    if base64.b64decode(right.split(",")[1]) not in given:
        raise WebhookVerificationError("no signature fits")
