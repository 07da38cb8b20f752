"""The refusals that each operation documents, as they would be sent."""

from __future__ import annotations

from typing import Any, NamedTuple

from mock_server.contract import Contract, Operation
from mock_server.gateway import Answer
from mock_server.wire import dumps

_LATER = {429, 503}


class Documented(NamedTuple):
    """A refusal of an operation."""

    status: int
    code: str
    body: bytes

    def answer(self, retry_after: int) -> Answer:
        """As it goes out; the seconds are told where the client may come back."""
        headers = []
        if self.status in _LATER:
            headers.append((b"retry-after", b"%d" % retry_after))
        elif self.status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        return Answer(self.status, self.body, headers)


class DocumentedAnswers:
    """Finds refusals by operation, status and code; each has the body of its example in the contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._known: dict[str, list[Documented]] = {}

    def find(self, operation: Operation, status: int, code: str | None) -> Documented | None:
        """The refusal, by its status alone the first; none where the operation does not document it."""
        for each in self.of(operation):
            if each.status == status and code in (None, each.code):
                return each
        return None

    def of(self, operation: Operation) -> list[Documented]:
        """Every refusal of an operation."""
        found = self._known.get(operation.id)
        if found is None:
            found = self._known[operation.id] = self._read(operation)
        return found

    def is_anywhere(self, status: int, code: str | None) -> bool:
        """Whether any operation documents such a refusal."""
        return any(self.find(each, status, code) for each in self._contract.operations.values())

    def _read(self, operation: Operation) -> list[Documented]:
        spec = self._contract.document["paths"][operation.path][operation.method.lower()]
        found: list[Documented] = []
        for status, node in spec["responses"].items():
            if int(status) < 400:
                continue
            content = self._contract.resolve(node).get("content", {})
            for media in content.values():
                for example in media.get("examples", {}).values():
                    body = self._contract.resolve(example)["value"]
                    found.append(Documented(int(status), code_of(body), dumps(body)))
        # Those by plan and credits are rather asked for by their code.
        return sorted(found, key=lambda each: each.code.isupper())


def code_of(body: Any) -> str:
    """The error code in an envelope of either form."""
    error = body["error"]
    code: str = error["code"] if isinstance(error, dict) else error
    return code
