"""House rules: their data, what they are applied to, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from scripts.contract.bundle import bundle
from scripts.contract.labels import read_questions
from scripts.contract.misread import told
from scripts.contract.sources import ContractError, Node, load, place, shown

SEVERITIES = ("MUST", "SHOULD")
APPLIES_TO = ("source", "written", "bundle")
KEYS = ("id", "severity", "summary", "reason", "applies_to")


class Rule(NamedTuple):
    """One rule as its file states it; `settings` are the keys that only its check knows."""

    id: str
    severity: str
    summary: str
    reason: str
    applies_to: str
    settings: dict[str, Any]


class Finding(NamedTuple):
    """What a check reports: a message, and the container and key at fault."""

    message: str
    container: Any = None
    key: str | int | None = None


class Breach(NamedTuple):
    """A finding of a rule at its place in the sources."""

    rule: Rule
    message: str
    file: str
    line: int

    def __str__(self) -> str:
        where = f"{shown(self.file)}:{self.line}: " if self.file else ""
        return f"{where}{self.message} ({self.rule.severity} {self.rule.id})"


@dataclass(frozen=True)
class Source:
    """A source file: its path below the contract's folder, its text and its data."""

    path: str
    text: str
    data: Any
    file: str

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0].rpartition("/")[2]

    @property
    def stem(self) -> str:
        return self.path.rpartition("/")[2].removesuffix(".yaml")


@dataclass(frozen=True)
class Subject:
    """What the rules are applied to: the built document, the written ones, the sources, the open questions.

    A written document is a contract bundled, with nothing derived in it.
    """

    document: dict[str, Any] = field(default_factory=dict)
    written: list[dict[str, Any]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    questions: Any = None


Check = Callable[[Subject, Rule], Iterable[Finding]]


def load_rules(folder: Path) -> list[Rule]:
    """Every rule of a folder, by file name; a ContractError where a file is not a rule."""
    return [_rule(file) for file in sorted(folder.glob("*.yaml"))]


def _rule(file: Path) -> Rule:
    data = load(file)
    for key in KEYS:
        if not isinstance(data, dict) or not isinstance(data.get(key), str):
            raise ContractError(f"a rule has a text {key}", str(file), 1)
    for key, known in (("severity", SEVERITIES), ("applies_to", APPLIES_TO), ("id", (file.stem,))):
        if data[key] not in known:
            raise ContractError(f"{key} is one of: {', '.join(known)}", str(file), data.lines[key])
    settings = {key: value for key, value in data.items() if key not in KEYS}
    return Rule(**{key: data[key] for key in KEYS}, settings=settings)


def read_subject(root: Path) -> Subject:
    """The contract in `root` and the one below it; the rules and the frozen releases are left out."""
    apart = {root / "rules", root / "released"}
    files = [file for file in sorted(root.rglob("*.yaml")) if not apart & set(file.parents)]
    sources = [
        # Read first: what is not UTF-8 is a fault like any other.
        Source(
            path=file.relative_to(root).as_posix(),
            data=load(file),
            text=file.read_text("utf-8"),
            file=str(file),
        )
        for file in files
    ]
    indexes = [Path(source.file) for source in sources if source.path.endswith("openapi.yaml")]
    written = [bundle(index.parent, derived=False) for index in indexes]
    return Subject(bundle(root), written, sources, read_questions(root))


def read_fixture(file: Path, rule: Rule) -> Subject:
    """A fixture: for a rule on sources a map of paths to texts, otherwise a bundled document."""
    data = load(file)
    if rule.applies_to == "written":
        return Subject(written=[data])
    if rule.applies_to == "bundle":
        questions = data.pop("questions", None)
        return Subject(document=data, questions=questions)
    return Subject(
        sources=[Source(path, text, load(file.parent / path, text), str(file)) for path, text in data.items()]
    )


def apply(rules: Iterable[Rule], checks: dict[str, Check], subject: Subject) -> list[Breach]:
    """Every breach of the rules, in the order of the files."""
    breaches = list(_breaches(rules, checks, subject))
    return sorted(breaches, key=lambda breach: (breach.file, breach.line, breach.rule.id, breach.message))


def _breaches(rules: Iterable[Rule], checks: dict[str, Check], subject: Subject) -> Iterator[Breach]:
    for rule in rules:
        # A component is looked at once for each way that leads to it: report it once.
        seen = set()
        for finding in _findings(rule, checks[rule.id], subject):
            spot = place(finding.container, finding.key)
            file, line = spot if spot else (finding.container.file if _is_source(finding) else "", 1)
            if (finding.message, file, line) not in seen:
                seen.add((finding.message, file, line))
                yield Breach(rule, finding.message, file, line)


def _findings(rule: Rule, check: Check, subject: Subject) -> Iterator[Finding]:
    """What a check finds; where it cannot read the contract, that is what it finds."""
    try:
        with told(f"the rule {rule.id}", Path("openapi.yaml")):
            yield from check(subject, rule)
    except ContractError as error:
        for each in error.faults:
            yield Finding(each.message, Node((), each.file or "", each.line or 1, {}))


def _is_source(finding: Finding) -> bool:
    return isinstance(finding.container, Source)
