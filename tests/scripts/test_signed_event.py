"""The signed event of the contract verifies, by hand and by the library that receivers use."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
from typing import Any

import jsonschema_rs
import pytest

from scripts.contract import SOURCES, bundle
from scripts.contract.rules.examples import validators
from tests.receivers.running import receivers_tool

# The library compares the time of the event with its own: it is told the event's.
VERIFY = """
import json, sys
from datetime import datetime
import standardwebhooks.webhooks as library

vector = json.load(sys.stdin)

class Then(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.fromtimestamp(int(vector["webhook-timestamp"]), tz)

library.datetime = Then
try:
    library.Webhook(vector["signing_secret"]).verify(vector["body"].encode(), vector)
except library.WebhookVerificationError as error:
    print(f"refused: {error}")
else:
    print("verified")
"""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The bundled contract."""
    return bundle(SOURCES)


@pytest.fixture(scope="module")
def vector(document: dict[str, Any]) -> dict[str, str]:
    """The event that the contract shows with its signature."""
    found: dict[str, str] = document["x-signature-vector"]
    return found


@pytest.fixture(scope="module")
def library() -> str:
    """The Python of the environment in which receivers have their library."""
    return receivers_tool("python")


def verdict(library: str, vector: dict[str, str]) -> str:
    """What the library says of an event at the moment of its signature."""
    done = subprocess.run(
        [library, "-c", VERIFY],
        input=json.dumps(vector),
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def signature(vector: dict[str, str]) -> str:
    """The signature, worked out from the words of the contract."""
    key = base64.b64decode(vector["signing_secret"].removeprefix("whsec_"))
    content = f"{vector['webhook-id']}.{vector['webhook-timestamp']}.{vector['body']}".encode()
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_the_library_of_receivers_verifies_the_event(library: str, vector: dict[str, str]) -> None:
    assert verdict(library, vector) == "verified"


@pytest.mark.parametrize("name", ["body", "webhook-id", "webhook-timestamp", "signing_secret"])
def test_the_library_refuses_it_with_anything_changed(
    library: str, vector: dict[str, str], name: str
) -> None:
    changed = vector[name].replace("0", "1", 1) if name != "signing_secret" else "whsec_" + "QUFB" * 8
    assert changed != vector[name]
    assert verdict(library, {**vector, name: changed}).startswith("refused")


def test_the_signature_is_the_one_that_the_contract_describes(vector: dict[str, str]) -> None:
    assert signature(vector) == vector["webhook-signature"]
    assert signature({**vector, "body": vector["body"] + " "}) != vector["webhook-signature"]


def test_the_pull_example_shows_the_same_event_with_its_signature(
    document: dict[str, Any], vector: dict[str, str]
) -> None:
    page = document["components"]["examples"]["PullEventsReleased"]["value"]
    (event,) = page["events"]
    assert event["body"] == vector["body"]
    assert event["headers"] == {key: value for key, value in vector.items() if key.startswith("webhook-")}
    assert page["next_cursor"] == event["delivery_id"]
    subscribed = document["components"]["examples"]["WebhookCreatedPull"]["value"]
    assert subscribed["signing_secret"] == vector["signing_secret"]
    assert event["topic"] in subscribed["topics"]


def test_its_body_is_the_event_of_its_topic(document: dict[str, Any], vector: dict[str, str]) -> None:
    body = json.loads(vector["body"])
    at = validators(document)
    schema = f"/webhooks/{body['topic']}/post/requestBody/content/application~1json/schema"
    assert at(schema).is_valid(body)
    assert body["event_id"] == vector["webhook-id"]
    validator: jsonschema_rs.Draft202012Validator = at(schema)
    assert not validator.is_valid({**body, "data": {}})
    shown = document["components"]["examples"]["WorkOrderReleasedEvent"]["value"]
    assert shown == body
