from __future__ import annotations

from pathlib import Path

import pytest

from scripts.contract import bundle
from tests.scripts.trees import BOM, INDEX, OPERATION, PATHS, faults, tree


def referring(*refs: str) -> str:
    """An object with a property for each reference."""
    properties = "".join(f"  P{number}:\n    $ref: {ref}\n" for number, ref in enumerate(refs))
    return f"type: object\nproperties:\n{properties}"


def test_paths_and_operations_are_written_out_and_schemas_become_components(tmp_path: Path) -> None:
    document = bundle(tree(tmp_path))
    operation = document["paths"]["/boms"]["get"]
    assert operation["operationId"] == "listBoms"
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Bom"}
    assert document["components"]["schemas"]["Bom"]["type"] == "object"


def test_the_folder_of_a_file_decides_its_section(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "resources/boms/operations/listBoms.yaml": """
            operationId: listBoms
            parameters:
              - $ref: ../../../shared/parameters/Limit.yaml
            responses:
              '200':
                description: A page.
                headers:
                  ETag:
                    $ref: ../../../shared/headers/ETag.yaml
                content:
                  application/json:
                    schema:
                      $ref: ../schemas/Bom.yaml
                    examples:
                      one:
                        $ref: ../examples/Page.yaml
                links:
                  again:
                    $ref: ../links/Again.yaml
              '401':
                $ref: ../../../shared/errors/Unauthorized.yaml
            """,
            "shared/parameters/Limit.yaml": "name: limit\nin: query\nschema:\n  type: integer\n",
            "shared/headers/ETag.yaml": "schema:\n  type: string\n",
            "shared/errors/Unauthorized.yaml": "description: No.\n",
            "resources/boms/examples/Page.yaml": "value:\n  $ref: is data here\n",
            "resources/boms/links/Again.yaml": "operationId: listBoms\n",
        },
    )
    components = bundle(root)["components"]
    assert list(components) == ["schemas", "responses", "parameters", "examples", "headers", "links"]
    assert list(components["responses"]) == ["Unauthorized"]
    assert components["examples"]["Page"]["value"] == {"$ref": "is data here"}


def test_a_recursive_schema_stays_a_reference(tmp_path: Path) -> None:
    bom = "type: object\nproperties:\n  Parent:\n    $ref: Bom.yaml\n"
    schemas = bundle(tree(tmp_path, {"resources/boms/schemas/Bom.yaml": bom}))["components"]["schemas"]
    assert schemas["Bom"]["properties"]["Parent"] == {"$ref": "#/components/schemas/Bom"}


def test_keywords_as_property_names_are_properties(tmp_path: Path) -> None:
    bom = "type: object\nproperties:\n  default:\n    $ref: Size.yaml\n  examples:\n    $ref: Size.yaml\n"
    changes = {"resources/boms/schemas/Bom.yaml": bom, "resources/boms/schemas/Size.yaml": "type: number\n"}
    schemas = bundle(tree(tmp_path, changes))["components"]["schemas"]
    assert schemas["Bom"]["properties"]["default"] == {"$ref": "#/components/schemas/Size"}
    assert schemas["Bom"]["properties"]["examples"] == {"$ref": "#/components/schemas/Size"}


def test_a_discriminator_mapping_is_rewritten(tmp_path: Path) -> None:
    changes = {
        "resources/boms/schemas/Bom.yaml": """
        oneOf:
          - $ref: Flat.yaml
        discriminator:
          propertyName: Kind
          mapping:
            flat: Flat.yaml
        """,
        "resources/boms/schemas/Flat.yaml": "type: object\n",
    }
    schemas = bundle(tree(tmp_path, changes))["components"]["schemas"]
    assert schemas["Bom"]["discriminator"]["mapping"] == {"flat": "#/components/schemas/Flat"}


def test_the_same_sources_give_the_same_order(tmp_path: Path) -> None:
    changes = {
        "resources/boms/schemas/Bom.yaml": referring("Z.yaml", "A.yaml"),
        "resources/boms/schemas/Z.yaml": "type: number\n",
        "resources/boms/schemas/A.yaml": "type: number\n",
    }
    document = bundle(tree(tmp_path, changes))
    assert list(document["components"]["schemas"]) == ["A", "Bom", "Z"]
    assert list(document["components"]["schemas"]["Bom"]["properties"]) == ["P0", "P1"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"resources/boms/paths.yaml": PATHS.replace("listBoms", "listBom")},
            "resources/boms/paths.yaml:3: operations/listBom.yaml: there is no such file",
        ),
        (
            {"openapi.yaml": INDEX.replace("#/collection", "#/item")},
            "openapi.yaml:7: resources/boms/paths.yaml#/item: the file has no /item",
        ),
        (
            {"resources/boms/operations/listBoms.yaml": OPERATION.replace("../schemas/Bom.yaml", "'#/x'")},
            "resources/boms/operations/listBoms.yaml:9: #/x: refer to a file, not into the document",
        ),
        (
            {
                "resources/boms/operations/listBoms.yaml": OPERATION.replace(
                    "Bom.yaml", "Bom.yaml#/properties/id"
                )
            },
            "resources/boms/operations/listBoms.yaml:9: ../schemas/Bom.yaml#/properties/id: "
            "a component is referred to as a whole",
        ),
        (
            {"resources/boms/schemas/Extra.yaml": "type: object\n"},
            "resources/boms/schemas/Extra.yaml:1: nothing refers to this file",
        ),
        (
            {"resources/boms/paths.yaml": PATHS + "item:\n  summary: One BOM\n"},
            "resources/boms/paths.yaml:4: nothing refers to item",
        ),
        (
            {"resources/boms/paths.yaml": "collection:\n  get:\n    $ref: paths.yaml#/collection\n"},
            "resources/boms/paths.yaml:3: paths.yaml#/collection: the file leads back to itself",
        ),
        (
            {"resources/boms/schemas/Bom.yaml": BOM + "type: object\n"},
            "resources/boms/schemas/Bom.yaml:6: the key type stands here twice",
        ),
        (
            {
                "openapi.yaml": INDEX + "  /again:\n    $ref: resources/boms/paths.yaml#/collection\n",
            },
            "resources/boms/operations/listBoms.yaml:1: the operationId listBoms is taken by GET /boms",
        ),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, changes: dict[str, str], expected: str) -> None:
    assert expected in faults(tree(tmp_path, changes))


def test_two_files_of_one_name_clash(tmp_path: Path) -> None:
    changes = {
        "resources/boms/schemas/Bom.yaml": referring("../../../shared/schemas/Bom.yaml"),
        "shared/schemas/Bom.yaml": "type: object\n",
    }
    assert faults(tree(tmp_path, changes)) == [
        "resources/boms/schemas/Bom.yaml:4: ../../../shared/schemas/Bom.yaml: "
        "the name Bom is taken by resources/boms/schemas/Bom.yaml"
    ]


def test_faults_of_several_files_come_together(tmp_path: Path) -> None:
    changes = {
        "resources/boms/paths.yaml": PATHS + "  post:\n    $ref: operations/createBom.yaml\n",
        "resources/boms/schemas/Bom.yaml": referring("No.yaml"),
    }
    assert len(faults(tree(tmp_path, changes))) == 2


INTERNAL = """
type: object
required:
  - id
  - RepositoryVersion
properties:
  id:
    type: string
  RepositoryVersion:
    type: integer
    x-internal: true
  CreatedByUserRefId:
    $ref: UserKey.yaml
"""
USER_KEY = "type: string\nx-internal: true\n"


def test_internal_properties_are_stripped(tmp_path: Path) -> None:
    changes = {"resources/boms/schemas/Bom.yaml": INTERNAL, "resources/boms/schemas/UserKey.yaml": USER_KEY}
    root = tree(tmp_path, changes)
    public = bundle(root)["components"]["schemas"]
    assert list(public) == ["Bom"]
    assert list(public["Bom"]["properties"]) == ["id"]
    assert public["Bom"]["required"] == ["id"]
    internal = bundle(root, internal=True)["components"]["schemas"]
    assert list(internal["Bom"]["properties"]) == ["id", "RepositoryVersion", "CreatedByUserRefId"]


def test_scopes_and_the_tenant_guard_are_derived(tmp_path: Path) -> None:
    changes = {
        "openapi.yaml": INDEX.replace("/boms:", "/entities/{entityId}/boms:"),
        "resources/boms/operations/listBoms.yaml": OPERATION + "security:\n  - oauth:\n      - bom:read\n",
    }
    operation = bundle(tree(tmp_path, changes))["paths"]["/entities/{entityId}/boms"]["get"]
    assert operation["x-hellobooks-required-scopes"] == ["bom:read"]
    assert operation["x-hellobooks-tenant-guard"] is True


def test_an_operation_without_scopes_says_so(tmp_path: Path) -> None:
    operation = bundle(tree(tmp_path))["paths"]["/boms"]["get"]
    assert operation["x-hellobooks-required-scopes"] == []
    assert operation["x-hellobooks-tenant-guard"] is False


def test_response_headers_follow_the_policy(tmp_path: Path) -> None:
    policy = """
x-response-headers:
  every:
    X-Request-Id:
      $ref: shared/headers/RequestId.yaml
  budget:
    RateLimit:
      $ref: shared/headers/RateLimit.yaml
  parameters:
    Key:
      Replayed:
        $ref: shared/headers/Replayed.yaml
webhooks:
  bom.created:
    $ref: webhooks/bom.created.yaml
"""
    changes = {
        "openapi.yaml": INDEX + policy,
        "resources/boms/operations/listBoms.yaml": OPERATION
        + "  '401':\n    $ref: ../../../shared/errors/Unauthorized.yaml\n"
        "  '500':\n    description: It failed.\nparameters:\n  - name: Key\n    in: header\n",
        "shared/errors/Unauthorized.yaml": "description: No.\n",
        "shared/headers/RequestId.yaml": "schema:\n  type: string\n",
        "shared/headers/RateLimit.yaml": "schema:\n  type: string\n",
        "shared/headers/Replayed.yaml": "schema:\n  type: string\n",
        "webhooks/bom.created.yaml": "post:\n  responses:\n    '200':\n      description: Taken.\n",
    }
    document = bundle(tree(tmp_path, changes))
    responses = document["paths"]["/boms"]["get"]["responses"]
    assert list(responses["200"]["headers"]) == ["Replayed", "X-Request-Id", "RateLimit"]
    assert list(responses["500"]["headers"]) == ["X-Request-Id", "RateLimit"]
    assert "required" not in responses["500"]["headers"]["RateLimit"]
    assert list(document["components"]["responses"]["Unauthorized"]["headers"]) == ["X-Request-Id"]
    assert "headers" not in document["webhooks"]["bom.created"]["post"]["responses"]["200"]
    assert "x-response-headers" not in document


def test_a_contract_below_another_may_use_its_shared_files(tmp_path: Path) -> None:
    changes = {
        "sandbox/openapi.yaml": INDEX,
        "sandbox/resources/boms/paths.yaml": PATHS,
        "sandbox/resources/boms/operations/listBoms.yaml": OPERATION.replace(
            "../schemas/Bom.yaml", "../../../../shared/schemas/Error.yaml"
        ),
        "shared/schemas/Error.yaml": "type: object\n",
        "resources/boms/schemas/Bom.yaml": referring("../../../shared/schemas/Error.yaml"),
    }
    root = tree(tmp_path, changes)
    assert list(bundle(root)["components"]["schemas"]) == ["Bom", "Error"]
    assert list(bundle(root / "sandbox")["components"]["schemas"]) == ["Error"]
