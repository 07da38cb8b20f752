"""What is wrong with a seed pack, each fault with its place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MAX_FINDINGS = 20


class Finding(NamedTuple):
    """One fault; line and column count from 1, the pointer is of the pack as a JSON value."""

    line: int
    column: int
    pointer: str
    message: str

    def told(self, name: str) -> str:
        """The fault on one line, with its file, as editors expect it."""
        where = f"{self.pointer} " if self.pointer else ""
        return f"{name}:{self.line}:{self.column}: {where}{self.message}"


class PackFault(Exception):
    """A pack that is refused, with the first faults; nothing has been changed."""

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.name = name
        self.findings = sorted(findings)[:MAX_FINDINGS]
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """A line for each fault."""
        return [finding.told(self.name) for finding in self.findings]

    def details_at(self, pointer: str) -> list[dict[str, str]]:
        """The faults as the error envelope lists them, for a pack that is the value of a member."""
        told = [
            f"line {each.line}, column {each.column}: {each.pointer} {each.message}" for each in self.findings
        ]
        return [{"pointer": pointer, "message": text.replace(":  ", ": ")[:1000]} for text in told]
