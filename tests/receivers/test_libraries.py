"""What the sandbox signs is verified by libraries of others, in Python and in Node.js."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mock_server.events import signed_headers
from tests.receivers.running import NODE_MODULES, new_event, node, receivers_tool, rendered

# Each is given its name and, in its input, cases; it says of each whether it verifies.
PYTHON = """
import importlib, json, sys

Webhook = importlib.import_module(sys.argv[1]).Webhook

def verdict(case):
    try:
        Webhook(case["secret"]).verify(case["body"].encode(), case["headers"])
    except Exception as error:
        return type(error).__name__
    return "verified"

print(json.dumps([verdict(case) for case in json.load(sys.stdin)]))
"""
NODE = """
const { Webhook } = require(process.argv[1]);

function verdict(one) {
  try {
    new Webhook(one.secret).verify(one.body, one.headers);
  } catch (error) {
    return error.constructor.name;
  }
  return "verified";
}

const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(verdict)));
"""
LIBRARIES = [
    ("python", "standardwebhooks"),
    ("python", "svix.webhooks"),
    ("node", "standardwebhooks"),
    ("node", "svix"),
]
Case = dict[str, Any]
Judge = Callable[[list[Case]], list[str]]


@pytest.fixture(params=LIBRARIES, ids=" ".join)
def verdicts(request: pytest.FixtureRequest) -> Judge:
    """What one of the libraries says of each case."""
    language, name = request.param
    command = [receivers_tool("python"), "-c", PYTHON] if language == "python" else [node(), "-e", NODE]

    def judged(cases: list[Case]) -> list[str]:
        done = subprocess.run(
            [*command, name],
            input=json.dumps(cases),
            env={**os.environ, "PYTHONPATH": "", "NODE_PATH": str(NODE_MODULES)},
            capture_output=True,
            text=True,
            check=True,
        )
        found: list[str] = json.loads(done.stdout)
        return found

    return judged


def new_secret(size: int = 24) -> str:
    """A secret of so many bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(size)).decode()


def case(secret: str, signing: list[str] | None = None, ago: int = 0, **event: Any) -> Case:
    """An event that the sandbox has signed so many seconds ago, and the secret that the receiver has."""
    made = new_event(**event)
    wall = datetime.now(UTC) - timedelta(seconds=ago)
    headers = signed_headers(signing or [secret], made["event_id"], rendered(made), wall)
    return {"secret": secret, "headers": headers, "body": rendered(made).decode()}


def test_what_the_sandbox_signs_verifies(verdicts: Judge) -> None:
    mine, other = new_secret(), new_secret()
    cases = [
        case(mine),
        case(mine, [mine, other]),
        case(mine, [other, mine]),
        case(mine, ago=240),
        case(mine, ago=-240),
        case(new_secret(64)),
        case(mine, topic="webhook.test"),
        case(mine, text='Größe, 東京, 🚲, "\\/\u2028', padding="x" * 200_000),
    ]
    assert verdicts(cases) == ["verified"] * len(cases)


def test_what_it_did_not_sign_so_is_refused(verdicts: Judge) -> None:
    mine, other = new_secret(), new_secret()
    right = case(mine)
    changed = {
        "webhook-id": "another",
        "webhook-timestamp": str(int(right["headers"]["webhook-timestamp"]) + 1),
        "webhook-signature": case(mine)["headers"]["webhook-signature"],
    }
    cases = [
        case(mine, [other]),
        case(mine, ago=600),
        case(mine, ago=-600),
        {**right, "secret": other},
        {**right, "body": right["body"] + " "},
        {**right, "body": json.dumps(json.loads(right["body"]), indent=1)},
        *({**right, "headers": {**right["headers"], name: value}} for name, value in changed.items()),
    ]
    assert verdicts(cases) == ["WebhookVerificationError"] * len(cases)
    assert verdicts([right]) == ["verified"]
