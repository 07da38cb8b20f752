from __future__ import annotations

from pathlib import Path

import pytest

from scripts.contract import SOURCES, bundle
from scripts.contract.rules import CHECKS, apply, load_rules, read_subject
from tests.scripts.trees import BOM, INDEX, OPERATION, PATHS, faults, tree

POLICY = """
x-derived-responses:
  every:
    '401':
      $ref: shared/errors/E401.yaml
  tenant:
    '402':
      $ref: shared/errors/E402.yaml
  unbuilt:
    '501':
      $ref: shared/errors/E501.yaml
  handled:
    '400':
      $ref: shared/errors/E400.yaml
  body:
    '413':
      $ref: shared/errors/E413.yaml
  parameters:
    id:
      '404':
        $ref: shared/errors/E404.yaml
"""
PATHS_OF_ID = """
collection:
  parameters:
    - name: id
      in: path
  get:
    $ref: operations/listBoms.yaml
"""
FILE = "resources/boms/operations/listBoms.yaml"
NAMED = "operationId: listBoms\n"
BODY = "requestBody:\n  content:\n    application/json:\n      schema:\n        $ref: ../schemas/Bom.yaml\n"
RESTATED = "  '401':\n    $ref: ../../../shared/errors/E401.yaml\n"


def policed(operation: str = OPERATION, policy: str = POLICY) -> dict[str, str]:
    """A tree with derived answers, whose one operation takes an id in the path."""
    statuses = ("400", "401", "402", "404", "413", "501")
    return {
        **{f"shared/errors/E{status}.yaml": f"description: It is {status}.\n" for status in statuses},
        "openapi.yaml": INDEX + policy,
        "resources/boms/paths.yaml": PATHS_OF_ID,
        FILE: operation,
    }


def answers(root: Path) -> list[str]:
    (item,) = bundle(root)["paths"].values()
    return list(item["get"]["responses"])


def test_answers_follow_from_what_an_operation_is_and_takes(tmp_path: Path) -> None:
    root = tree(tmp_path, policed(OPERATION + BODY))
    assert answers(root) == ["200", "400", "401", "404", "413"]
    assert "x-derived-responses" not in bundle(root)


def test_what_is_not_taken_is_not_answered(tmp_path: Path) -> None:
    root = tree(tmp_path, policed())
    assert answers(root) == ["200", "400", "401", "404"]
    assert list(bundle(root)["components"]["responses"]) == ["E400", "E401", "E404"]


def test_a_parameter_of_the_operation_itself_counts_as_well(tmp_path: Path) -> None:
    changes = policed(OPERATION + "parameters:\n  - $ref: ../../../shared/parameters/Id.yaml\n")
    changes |= {"resources/boms/paths.yaml": PATHS, "shared/parameters/Id.yaml": "name: id\nin: query\n"}
    assert answers(tree(tmp_path, changes)) == ["200", "400", "401", "404"]


def test_a_path_of_an_entity_has_the_answers_of_tenants(tmp_path: Path) -> None:
    changes = policed()
    changes["openapi.yaml"] = changes["openapi.yaml"].replace("/boms:", "/{entityId}/boms:")
    assert answers(tree(tmp_path, changes)) == ["200", "400", "401", "402", "404"]


def test_a_stub_refuses_before_it_reads(tmp_path: Path) -> None:
    assert answers(tree(tmp_path, policed(NAMED + "x-stage: stub\n" + BODY))) == ["401", "501"]


def test_what_has_no_handler_refuses_as_well_and_keeps_what_the_gateway_answers(tmp_path: Path) -> None:
    root = tree(tmp_path, policed(OPERATION + "x-unbuilt: true\n" + BODY))
    assert answers(root) == ["200", "400", "401", "404", "413", "501"]


CODED = """
  '409':
    description: No.
    content:
      application/json:
        examples:
          in_use:
            value:
              error: in_use
          IN_PLAN:
            value:
              error:
                code: IN_PLAN
"""


def test_the_codes_of_an_answer_are_those_of_its_examples(tmp_path: Path) -> None:
    (item,) = bundle(tree(tmp_path, policed(OPERATION + CODED)))["paths"].values()
    found = item["get"]["responses"]
    assert found["409"]["x-error-codes"] == ["in_use", "IN_PLAN"]
    assert "x-error-codes" not in found["200"]


def test_an_answer_of_its_own_takes_the_place_of_a_derived_one(tmp_path: Path) -> None:
    document = bundle(tree(tmp_path, policed(OPERATION + "  '404':\n    description: Mine.\n")))
    assert document["paths"]["/boms"]["get"]["responses"]["404"] == {"description": "Mine."}


def test_an_answer_that_is_never_given_is_left_out(tmp_path: Path) -> None:
    root = tree(tmp_path, policed(OPERATION + "x-absent-responses:\n  - '404'\n"))
    assert answers(root) == ["200", "400", "401"]
    assert "x-absent-responses" not in bundle(root)["paths"]["/boms"]["get"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            policed(OPERATION + "x-absent-responses:\n  - '413'\n"),
            f"{FILE}:11: no answer 413 is derived here",
        ),
        (
            policed(policy=POLICY.replace("  body:", "  bodies:")),
            "openapi.yaml:22: bodies is none of "
            "every, tenant, scoped, unbuilt, handled, write, body, parameters",
        ),
        (
            policed(policy=POLICY.replace("    id:", "    key:")),
            "openapi.yaml:26: no operation has the parameter key",
        ),
    ],
)
def test_a_fault_of_the_policy_names_file_and_line(
    tmp_path: Path, changes: dict[str, str], expected: str
) -> None:
    assert faults(tree(tmp_path, changes)) == [expected]


def test_a_restated_answer_is_found_in_both_contracts(tmp_path: Path) -> None:
    changes = {**policed(OPERATION + RESTATED), "resources/boms/schemas/Bom.yaml": BOM}
    root = tree(tmp_path, {**changes, **{f"sandbox/{name}": text for name, text in changes.items()}})
    rules = [rule for rule in load_rules(SOURCES / "rules") if rule.id == "restated-answers"]
    breaches = apply(rules, CHECKS, read_subject(root))
    assert [str(breach).replace(f"{root}/", "") for breach in breaches] == [
        f"{folder}{FILE}:10: listBoms states 401, which is derived (MUST restated-answers)"
        for folder in ("", "sandbox/")
    ]
