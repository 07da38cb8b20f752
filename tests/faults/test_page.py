"""What the page on faults shows is as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from contract_tests.kit import PROJECT, sandbox
from mock_server.app import build_app
from mock_server.faults.header import Asked, read_header
from tests.asgi import Client
from tests.worked_examples import printed

PAGE = (PROJECT / "docs" / "faults.md").read_text()


def test_its_worked_example_runs(tmp_path: Path) -> None:
    with sandbox() as target:
        ran, said = printed("faults.md", target, tmp_path)
    assert ran == said


def test_every_fault_that_it_shows_is_taken(sandbox: Any) -> None:
    control = Client(build_app(sandbox))
    bodies = [json.loads(body) for body in re.findall(r"^set '(\{.*\})'$", PAGE, re.MULTILINE)]
    kinds = re.findall(r"^\| `([a-z_]+)` \| .* \| .*\|$", PAGE, re.MULTILINE)
    assert {body["kind"] for body in bodies} | {"lost"} == set(kinds)
    for body in bodies:
        answer = control("POST", "/_sandbox/v1/faults", body)
        assert answer.status == 201, (body, answer.body)


def test_every_header_that_it_shows_is_read(sandbox: Any) -> None:
    operation = sandbox.contract.operations["releaseWorkOrder"]
    headers = re.findall(r"^X-Sandbox-Fault: (.*)$", PAGE, re.MULTILINE)
    asked = [read_header(header.encode(), operation, sandbox.faults.answers) for header in headers]
    assert asked[0].answer is not None and (b"retry-after", b"5") in asked[0].answer.headers
    assert asked[1].answer is not None and b"insufficient_stock" in asked[1].answer.body
    assert asked[2:] == [
        Asked(wait=2),
        Asked(wait=0.5, is_lost=True),
        Asked(is_reset=True),
        Asked(is_cut=True),
        Asked(slow=8),
    ]
