"""The examples of the contract are what a seeded sandbox answers, and their requests do what they say."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import SOURCES
from scripts.contract.references import resolved
from scripts.examples import Examples, Operation, main, written
from scripts.seeded_sandbox import Asked, SeededSandbox

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# The lists of the seed, and the entities that have them.
TENANTS = (("org-veloma", "ent-veloma-pune"), ("org-sahyadri", "ent-sahyadri-nashik"))
LISTS = (
    "listItem listVendor listBoms listRecipes listWorkOrders listQualityInspections listSubcontractOrders"
).split()


@pytest.fixture(scope="module")
def examples() -> Iterator[Examples]:
    """The examples, and a sandbox that is as new whenever it is renewed."""
    with closing(SeededSandbox()) as sandbox:
        yield Examples(sandbox)


def fault_of(examples: Examples, operation: Operation, name: str | None, asked: Asked) -> str | None:
    """What is wrong with the answer to a request example on a new sandbox, if anything is."""
    answer = asked.answer
    refused = examples.bodies(operation).get(name or "", {}).get("x-refused")
    if refused is not None:
        as_said = answer.is_client_error and answer.json()["error"] == refused
    else:
        # What is not built yet says so: the contract has its answer all the same.
        as_said = (
            answer.is_success or answer.status_code == 501 or needs_subscription(examples, operation, asked)
        )
    return None if as_said else f"{operation.id} {name}: {answer.status_code} {answer.text}"


def needs_subscription(examples: Examples, operation: Operation, asked: Asked) -> bool:
    """Whether it is refused for want of a subscription or delivery, which every client makes itself."""
    is_written = any(examples.said(operation, name).get("written") for name in examples.answers(operation))
    return is_written and "{" in operation.path.rpartition("/webhooks")[2] and asked.answer.status_code == 404


def requests(examples: Examples) -> Iterator[tuple[Operation, str | None]]:
    """Each operation with each example of its request; once where it takes none."""
    for operation in examples.operations.values():
        for name in examples.bodies(operation) or [None]:
            yield operation, name


def test_generating_them_again_gives_the_same_bytes(examples: Examples) -> None:
    texts = dict(written(examples.sandbox))
    assert len(texts) > 60
    assert [str(file) for file, text in texts.items() if file.read_text("utf-8") != text] == []


def test_each_request_sent_verbatim_to_a_new_sandbox_does_what_it_says(examples: Examples) -> None:
    faults = []
    for operation, name in requests(examples):
        examples.sandbox.renew()
        faults.append(fault_of(examples, operation, name, examples.ask(operation, name)))
    assert [fault for fault in faults if fault] == []
    assert len(faults) > len(examples.operations)


def test_the_requests_do_the_same_on_another_day() -> None:
    with closing(SeededSandbox(datetime(2027, 2, 28, 23, 30, tzinfo=UTC))) as sandbox:
        later = Examples(sandbox)
        faults = []
        for operation, name in requests(later):
            sandbox.renew()
            faults.append(fault_of(later, operation, name, later.ask(operation, name)))
    assert [fault for fault in faults if fault] == []


def test_all_operations_in_the_order_of_the_contract_succeed_on_one_sandbox(examples: Examples) -> None:
    examples.sandbox.renew()
    asked = [(each, examples.ask(each)) for each in examples.operations.values()]
    refused = [fault for each, answer in asked if (fault := fault_of(examples, each, None, answer))]
    assert refused == []
    assert sum(answer.answer.is_success for _, answer in asked) >= 60


def test_a_renewed_sandbox_is_as_good_as_a_new_one(examples: Examples) -> None:
    used = examples.answer(examples.operations["completeWorkOrder"], "short")
    with closing(SeededSandbox()) as sandbox:
        fresh = Examples(sandbox)
        new = fresh.ask(fresh.operations["completeWorkOrder"], "short")
    assert new.answer.content == used.answer.content
    assert new.answer.json()["Status"] == "Completed"


def test_every_parameter_that_is_needed_has_an_example(examples: Examples) -> None:
    missing = []
    for operation in examples.operations.values():
        for each in operation.built.get("parameters", []):
            parameter = resolved(examples.document, each)
            if parameter.get("required") and "example" not in parameter:
                missing.append(f"{operation.id} {parameter['name']}")
    assert missing == []


def test_no_two_operations_have_one_idempotency_key(examples: Examples) -> None:
    keys = [
        examples.parameters(operation)[("header", "Idempotency-Key")]
        for operation in examples.operations.values()
        if ("header", "Idempotency-Key") in examples.parameters(operation)
    ]
    assert len(keys) > 10
    assert len(set(keys)) == len(keys)


def seeded_ids(examples: Examples) -> set[str]:
    """The ids of all that a new sandbox lists, lines and criteria among them."""
    examples.sandbox.renew()
    found: set[str] = set()
    for org, entity in TENANTS:
        for name in LISTS:
            for is_archived in ("true", "false"):
                query: dict[tuple[str, str], Any] = {("query", "limit"): 200}
                if name != "listVendor":
                    query["query", "isArchived"] = is_archived
                tenant = {("path", "orgId"): org, ("path", "entityId"): entity}
                asked = examples.ask(examples.operations[name], change={**tenant, **query})
                assert asked.answer.is_success, asked.answer.text
                found.update(UUID.findall(asked.answer.text))
    return found


def test_every_record_that_a_request_or_a_refusal_names_is_in_the_seed(examples: Examples) -> None:
    known = seeded_ids(examples)
    unknown = []
    for operation, name in requests(examples):
        body = examples.bodies(operation).get(name or "", {})
        values = [*map(str, examples.parameters(operation).values()), json.dumps(body.get("value"))]
        unknown += [f"{operation.id}: {each}" for each in UUID.findall(" ".join(values)) if each not in known]
    for file in SOURCES.glob("**/examples/*.yaml"):
        text = file.read_text("utf-8")
        if "\n  error: " in text and SOURCES / "sandbox" not in file.parents:
            unknown += [f"{file.name}: {each}" for each in UUID.findall(text) if each not in known]
    assert unknown == []


def test_the_command_writes_what_is_stale_and_leaves_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "openapi"
    shutil.copytree(SOURCES, root)
    stale = root / "resources" / "items" / "examples" / "ItemWheel.yaml"
    right = stale.read_text("utf-8")
    stale.write_text(right.replace("ItemCode: SF-WHEEL-F", "ItemCode: SF-WHEEL-X"), "utf-8")
    assert stale.read_text("utf-8") != right
    assert main(["--source", str(root)]) == 0
    assert stale.read_text("utf-8") == right
    assert capsys.readouterr().out.splitlines() == ["openapi/resources/items/examples/ItemWheel.yaml"]
