"""What is secret is masked before an exchange is kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contract import Contract, read_document
from mock_server.exchanges import Masks, mask_headers, masked_query
from mock_server.settings import BUILT

PUBLIC = Masks(Contract(read_document(BUILT / "openapi.json")))
CONTROL = Masks(Contract(read_document(BUILT / "sandbox-openapi.json")))
SECRET = "the-secret"


def test_the_contracts_mark_what_is_secret() -> None:
    assert "createWebhookSubscription" in PUBLIC.operations
    assert CONTROL.operations >= {"createToken", "revokeToken", "setWebhookFaults"}


@pytest.mark.parametrize(
    ("masks", "operation", "member"),
    [
        (PUBLIC, "createWebhookSubscription", "signing_secret"),
        (CONTROL, "createToken", "access_token"),
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
    assert mask_headers({"headers": lines}) == {
        b"authorization": b"***",
        b"cookie": b"***",
        b"if-match": b'"1", "2"',
    }


@given(st.sampled_from(["access_token", "token", "client_secret", "API_KEY"]), st.booleans(), st.booleans())
def test_parameters_that_are_named_like_secrets_are_masked(name: str, before: bool, behind: bool) -> None:
    query = f"{'limit=5&' if before else ''}{name}={SECRET}{'&search=a=b' if behind else ''}"
    kept = masked_query(query.encode()).decode()
    assert kept == query.replace(SECRET, "***")


def test_other_parameters_stay_as_they_are() -> None:
    query = b"search=token&updatedSince=2026-06-15T06%3A30%3A00Z"
    assert masked_query(query) == query
