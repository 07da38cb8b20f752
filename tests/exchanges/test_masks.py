"""What is secret is masked before an exchange is kept."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contract import Contract, read_document
from mock_server.exchanges import Masks, head_of, masked_query
from mock_server.exchanges.masks import unpacked
from mock_server.settings import BUILT

PUBLIC_DOCUMENT = read_document(BUILT / "openapi.json")
CONTROL_DOCUMENT = read_document(BUILT / "sandbox-openapi.json")
PUBLIC = Masks(Contract(PUBLIC_DOCUMENT))
CONTROL = Masks(Contract(CONTROL_DOCUMENT))
SECRET = "the-secret"


# Named like secrets, and none: the id of a token, its kind, and until when an old secret signs.
_OPEN = {"token_id", "token_type", "old_secret_until", "tokens"}


@pytest.mark.parametrize("document", [PUBLIC_DOCUMENT, CONTROL_DOCUMENT])
def test_what_is_named_like_a_secret_is_marked_as_one(document: Any) -> None:
    found: dict[str, Any] = {}
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            properties = node.get("properties")
            found.update(properties if isinstance(properties, dict) else {})
            waiting.extend(value for key, value in node.items() if key not in {"examples", "example"})
    named = {name for name in found if re.search("token|secret|password", name, re.IGNORECASE)} - _OPEN
    assert {name for name in named if found[name].get("x-secret") is not True} == set()
    assert named


@pytest.mark.parametrize(
    ("masks", "operation", "member"),
    [
        (PUBLIC, "createWebhookSubscription", "signing_secret"),
        (CONTROL, "createToken", "access_token"),
        (CONTROL, "createWorkspace", "access_token"),
        (CONTROL, "revokeToken", "access_token"),
        (CONTROL, "setWebhookFaults", "signing_secret"),
    ],
)
def test_a_marked_member_is_masked_wherever_it_stands(masks: Masks, operation: str, member: str) -> None:
    body = {"id": "1", member: SECRET, "inner": [{member: SECRET}]}
    kept = json.loads(masks.masked(operation, json.dumps(body).encode()))
    assert kept == {"id": "1", member: "***", "inner": [{member: "***"}]}


def test_a_body_that_may_hold_a_secret_and_is_not_json_is_not_kept() -> None:
    assert SECRET not in CONTROL.masked("revokeToken", b'{"access_token": "the-secret"').decode()


def test_headers_that_hold_secrets_are_masked_and_repeated_ones_joined() -> None:
    lines = [
        (b"authorization", b"Bearer x"),
        (b"cookie", b"a=b"),
        (b"if-match", b'"1"'),
        (b"if-match", b'"2"'),
    ]
    kept = [("authorization", "***"), ("cookie", "***"), ("if-match", '"1", "2"')]
    assert unpacked(head_of({"headers": lines})) == kept


@given(st.sampled_from(["access_token", "token", "client_secret", "API_KEY"]), st.booleans(), st.booleans())
def test_parameters_that_are_named_like_secrets_are_masked(name: str, before: bool, behind: bool) -> None:
    query = f"{'limit=5&' if before else ''}{name}={SECRET}{'&search=a=b' if behind else ''}"
    kept = masked_query(query.encode()).decode()
    assert kept == query.replace(SECRET, "***")


def test_other_parameters_stay_as_they_are() -> None:
    query = b"search=token&updatedSince=2026-06-15T06%3A30%3A00Z"
    assert masked_query(query) == query
