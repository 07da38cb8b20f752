"""Writes the examples of the contract: what a seeded sandbox answers to the requests that stand in it.

The example `x` of a 2xx answer is the answer to the request example `x`, or to the request without a body,
with the examples of its operation's parameters. `x-examples` of an operation says what an answer needs
besides: other parameters, or operations that are asked before, whose links then say which record is meant.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from scripts.contract import SOURCES, bundle, operations, plain, resolved, to_source, webhooks
from scripts.seeded_sandbox import PINNED, Asked, SeededSandbox

Parameters = dict[tuple[str, str], Any]
_JSON = "application/json"
_LINK = "$response.body#/"
# The topic of the event that is shown with its signature, and the operations whose examples show it.
_SIGNED = "work_order.released"
_SENT = ("listPullEvents", "getWebhookDelivery", "replayWebhookDelivery", "sendWebhookTestEvent")


class Operation(NamedTuple):
    """An operation as it was built, and what its sources say on its examples."""

    id: str
    method: str
    path: str
    built: dict[str, Any]
    written: dict[str, Any]


class Refusal(Exception):
    """A request example that was not answered as it should be."""


class Examples:
    """The examples of a contract, asked of a seeded sandbox."""

    def __init__(self, sandbox: SeededSandbox, root: Path = SOURCES) -> None:
        self.sandbox = sandbox
        self.document = bundle(root)
        self.written = bundle(root, derived=False)
        sources = {spec["operationId"]: spec for _, _, spec in operations(self.written)}
        self.operations = {
            spec["operationId"]: Operation(
                spec["operationId"], method, path, spec, sources[spec["operationId"]]
            )
            for path, method, spec in operations(self.document)
        }

    def parameters(self, operation: Operation) -> Parameters:
        """The examples of an operation's parameters, by place and name."""
        listed = [resolved(self.document, each) for each in operation.built.get("parameters", [])]
        return {(each["in"], each["name"]): each["example"] for each in listed if "example" in each}

    def bodies(self, operation: Operation) -> dict[str, dict[str, Any]]:
        """The named examples of a request."""
        content = operation.built.get("requestBody", {}).get("content", {}).get(_JSON, {})
        return {
            name: plain(resolved(self.document, each)) for name, each in content.get("examples", {}).items()
        }

    def answers(self, operation: Operation) -> dict[str, Any]:
        """The named examples of the 2xx answer, each as it stands in its file."""
        found: dict[str, Any] = {}
        for status, answer in operation.written.get("responses", {}).items():
            if status.startswith("2"):
                content = resolved(self.written, answer).get("content", {}).get(_JSON, {})
                for name, each in content.get("examples", {}).items():
                    found[name] = resolved(self.written, each)
        return found

    def ask(self, operation: Operation, name: str | None = None, change: Parameters | None = None) -> Asked:
        """Sends a request example, by default the first one, with the examples of the parameters."""
        bodies = self.bodies(operation)
        chosen = bodies.get(name or "") or next(iter(bodies.values()), {})
        values = {**self.parameters(operation), **(change or {})}
        return self.sandbox.ask(operation.method.upper(), operation.path, values, chosen.get("value"))

    @staticmethod
    def said(operation: Operation, name: str) -> dict[str, Any]:
        """What the sources say of an answer's example; `written` ones need a receiver, and stay."""
        found: dict[str, Any] = operation.written.get("x-examples", {}).get("answers", {}).get(name, {})
        return found

    def answer(self, operation: Operation, name: str) -> Asked:
        """What a new sandbox answers where the example `name` stands."""
        self.sandbox.renew()
        said = self.said(operation, name)
        places = {each[1]: each for each in self.parameters(operation)}
        for each in operation.built.get("parameters", []):
            parameter = resolved(self.document, each)
            places[parameter["name"]] = (parameter["in"], parameter["name"])
        change = {places[key]: value for key, value in said.get("parameters", {}).items()}
        change.update(self.play(said.get("after", []), operation))
        return self.ask(operation, name, change)

    def play(self, names: list[str], last: Operation | None = None) -> Parameters:
        """Asks one operation after the other; the parameters that the last link gives to `last`."""
        change: Parameters = {}
        following_names = [*names, last.id if last else ""][1:]
        for name, following in zip(names, following_names, strict=False):
            operation = self.operations[name]
            asked = self.ask(operation, change=change)
            if not asked.answer.is_success:
                raise Refusal(f"{name}: {asked.answer.status_code} {asked.answer.text}")
            change = self._linked(operation, asked, following)
        return change

    def _linked(self, operation: Operation, asked: Asked, following: str) -> Parameters:
        answer = resolved(self.document, operation.built["responses"][str(asked.answer.status_code)])
        for each in answer.get("links", {}).values():
            link = resolved(self.document, each)
            if link["operationId"] == following:
                taken = {
                    ("path", name): asked.answer.json()[value.removeprefix(_LINK)]
                    for name, value in link["parameters"].items()
                    if str(value).startswith(_LINK)
                }
                # Another record has another tag.
                return {**taken, ("header", "If-Match"): "*"}
        return {}


def written(sandbox: SeededSandbox, root: Path = SOURCES) -> Iterator[tuple[Path, str]]:
    """Each file of examples that a sandbox answers, and the text that it should have."""
    examples = Examples(sandbox, root)
    secrets: list[str] = []
    yield from _answers(examples, secrets)
    for topic, _, webhook in webhooks(examples.written):
        sandbox.renew()
        examples.play(webhook["x-examples"]["after"])
        body = sandbox.events(topic)[-1]
        for each in webhook["requestBody"]["content"][_JSON]["examples"].values():
            node: Any = resolved(examples.written, each)
            file = Path(node.file)
            yield file, _text(file, json.loads(body))
        if topic == _SIGNED:
            # The subscription that was made last is the one that is fetched.
            vector = signed(secrets[-1], body.decode())
            file = root.resolve() / "webhooks" / "vector.yaml"
            yield file, _text(file, vector, is_whole=True)
            for name in _SENT:
                for node in examples.answers(examples.operations[name]).values():
                    value = plain(node["value"])
                    page = _page(vector, value) if "events" in value else _detail(vector, value)
                    yield Path(node.file), _text(Path(node.file), page)


def _answers(examples: Examples, secrets: list[str]) -> Iterator[tuple[Path, str]]:
    """The answers of the operations; signing secrets that are among them are kept."""
    done: set[Path] = set()
    for operation in examples.operations.values():
        for name, node in examples.answers(operation).items():
            file = Path(node.file)
            if file in done or examples.said(operation, name).get("written"):
                continue
            asked = examples.answer(operation, name)
            if asked.answer.status_code == 501:
                continue
            if not asked.answer.is_success:
                raise Refusal(f"{operation.id} {name}: {asked.answer.status_code} {asked.answer.text}")
            done.add(file)
            value = asked.answer.json()
            secrets += [value["signing_secret"]] if "signing_secret" in value else []
            yield file, _text(file, value)


def signed(secret: str, body: str) -> dict[str, str]:
    """An event with its headers, signed as Standard Webhooks says."""
    event = json.loads(body)
    moment = str(int(PINNED.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{event['event_id']}.{moment}.{body}".encode()
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "signing_secret": secret,
        "webhook-id": event["event_id"],
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
        "body": body,
    }


def _page(vector: dict[str, str], page: dict[str, Any]) -> dict[str, Any]:
    """The page of a pull subscription with the event of the vector as its only one."""
    event = json.loads(vector["body"])
    headers = {name: value for name, value in vector.items() if name.startswith("webhook-")}
    known = {name: event[name] for name in ("event_id", "topic", "created_at")}
    only = {**page["events"][0], **known, "headers": headers, "body": vector["body"]}
    return {**page, "events": [only]}


def _detail(vector: dict[str, str], delivery: dict[str, Any]) -> dict[str, Any]:
    """A delivery of the vector's event, or of a test event that is signed with the same secret."""
    event = json.loads(vector["body"])
    if delivery["topic"] != event["topic"]:
        data = {"webhook_id": delivery["webhook_id"]}
        event = {**event, "event_id": delivery["event_id"], "topic": delivery["topic"], "data": data}
        vector = signed(vector["signing_secret"], json.dumps(event, separators=(",", ":")))
    headers = {name: value for name, value in vector.items() if name.startswith("webhook-")}
    sent: dict[str, Any] = {"request_body": vector["body"]}
    if delivery["attempts"]:
        sent["request_headers"] = {"content-type": _JSON, **headers}
    return {**delivery, "event_id": event["event_id"], **sent}


def _text(file: Path, value: Any, is_whole: bool = False) -> str:
    """A file with another value; what else it says stays as it is."""
    head = re.split(r"^value:", file.read_text("utf-8") if file.exists() else "", maxsplit=1, flags=re.M)[0]
    if is_whole:
        comments = [line for line in head.splitlines() if line.startswith("#")]
        return "\n".join([*comments, to_source(value)])
    return head + to_source({"value": value})


def main(arguments: list[str] | None = None) -> int:
    """The command `scripts/build --examples`."""
    parser = argparse.ArgumentParser(prog="scripts/build --examples", description="Write the examples anew.")
    parser.add_argument("--source", type=Path, default=SOURCES, help="folder that holds openapi.yaml")
    root = parser.parse_args(arguments).source.resolve()
    with closing(SeededSandbox()) as sandbox:
        try:
            texts = dict(written(sandbox, root))
        except Refusal as refusal:
            print(refusal, file=sys.stderr)
            return 1
    for file, text in texts.items():
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(file.relative_to(root.parent))
    return 0


if __name__ == "__main__":
    sys.exit(main())
