"""What the model says of a request that must be refused."""

from __future__ import annotations

from typing import NoReturn


class Refused(Exception):
    """A refusal, by status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


def invalid() -> NoReturn:
    """The request is malformed."""
    raise Refused(400, "invalid_request")


def conflict(code: str = "invalid_state_transition") -> NoReturn:
    """The state, or another record, stands in the way."""
    raise Refused(409, code)


def broken(code: str) -> NoReturn:
    """A rule for the content is broken."""
    raise Refused(422, code)
