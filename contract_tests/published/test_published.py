"""What HelloBooks has published fits the contract, and the contract claims no more of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
import yaml

from contract_tests.kit import Contract, built_contract

FOLDER = files("contract_tests.published")
TENANT = "/orgs/{orgId}/entities/{entityId}"
OURS = "assumed"
# The topic of an event is verbatim the roadmap's; the rest of the event is not.
TOPIC = "topic"


def read(name: str) -> Any:
    """The data of one file here."""
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


ANSWERS: list[dict[str, Any]] = read("answers.yaml")
NAMES: dict[str, dict[str, Any]] = read("names.yaml")["operations"]
BUILT = built_contract()


def named(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The members within a schema that are written there, each with its name."""
    if isinstance(node, dict):
        for name, child in node.get("properties", {}).items():
            yield name, child
            yield from named(child)
        for key in ("items", "additionalProperties"):
            yield from named(node.get(key))
        for key in ("anyOf", "oneOf"):
            for child in node.get(key, []):
                yield from named(child)


@pytest.mark.parametrize("sample", ANSWERS, ids=lambda each: f"{each['operation']}-{each['status']}")
def test_a_published_answer_fits(sample: dict[str, Any]) -> None:
    assert BUILT.faults(sample["operation"], sample["status"], sample["value"]) == []


def test_every_operation_of_today_has_a_published_answer() -> None:
    today = {operation.id for operation in BUILT.operations.values() if operation.stage == "live"}
    assert today == {sample["operation"] for sample in ANSWERS} - {"listInvoices"}


def test_an_answer_that_is_not_as_published_is_seen() -> None:
    assert BUILT.faults("healthCheck", 200, {"ok": True})
    assert BUILT.faults("getItem", 200, {"ReorderLevel": 2.5})
    assert BUILT.faults("listPullEvents", 200, {"events": []})


@pytest.mark.parametrize("operation_id", NAMES)
def test_an_operation_of_today_is_named_and_guarded_as_published(operation_id: str) -> None:
    wanted, operation = NAMES[operation_id], BUILT.operations[operation_id]
    assert operation.method == wanted["method"].upper()
    assert operation.path.removeprefix(TENANT) == wanted["path"]
    found = [scopes for each in operation.spec["security"] for scopes in each.values()]
    assert found == wanted["scopes"]


def test_no_other_operation_is_of_today() -> None:
    assert {op.id for op in BUILT.operations.values() if op.stage != "planned"} == set(NAMES)


@pytest.mark.parametrize("operation_id", ["sendWebhookTestEvent", "verifyWebhookSubscription"])
def test_a_body_of_unpublished_form_is_optional_and_open(operation_id: str) -> None:
    body = BUILT.operations[operation_id].spec["requestBody"]
    schema = BUILT.resolve(body["content"]["application/json"]["schema"])
    assert not body.get("required") and schema["additionalProperties"] is True


def test_what_is_published_is_labelled_so_and_nothing_else() -> None:
    schemas = BUILT.document["components"]["schemas"]
    found = {
        (child["x-provenance"], schema, name)
        for schema, node in schemas.items()
        for name, child in named(node)
        if child["x-provenance"] != OURS and not (schema.endswith("Event") and name == TOPIC)
    }
    wanted = {
        (source, schema, name)
        for source, by_schema in read("labels.yaml").items()
        for schema, names in by_schema.items()
        for name in names
    }
    # The event of a pull page is published whole.
    wanted.discard(("published-spec", "PullEvent", TOPIC))
    assert found - wanted == set(), "claimed"
    assert wanted - found == set(), "not said"


@pytest.mark.parametrize(
    ("schema", "member"), [("Bom", "id"), ("Bom", "CreatedAt"), ("Bom", "Name"), ("Bom", "TotalCost")]
)
def test_a_published_name_with_a_constraint_of_ours_says_so(schema: str, member: str) -> None:
    found = BUILT.document["components"]["schemas"][schema]["properties"][member]
    assert (found["x-provenance"], found["x-constraint-provenance"]) == ("roadmap", OURS)


def test_scopes_say_who_publishes_them(contract: Contract) -> None:
    scheme = contract.document["components"]["securitySchemes"]["marketplaceOAuth2"]
    labels = scheme["x-scope-provenance"]
    assert labels.keys() == scheme["flows"]["authorizationCode"]["scopes"].keys()
    assert (labels["bom:read"], labels["book:read"], labels["bills:read"]) == (
        "roadmap",
        "published-spec",
        "docs",
    )


@pytest.mark.parametrize(
    "claim", ["hellobooks.ai/partners", "host is a placeholder in all", "Key of the signatures, `whsec_`"]
)
def test_what_nobody_has_published_is_not_said(claim: str) -> None:
    assert claim not in str(BUILT.document)
