"""A certificate in words for the terminal, in Markdown and as data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from mock_server.certification.evidence import Certificate, Evidence, LineResult, Outcome

_MARKS = {Outcome.PASS: "pass", Outcome.FAIL: "FAIL", Outcome.UNSEEN: "----"}
_BY = (
    "Made by the sandbox's script, not by HelloBooks. HelloBooks has not published how it signs and "
    "delivers events: what is tried here is what the sandbox does (Q-028 to Q-040)."
)


def told(line: LineResult) -> str:
    """A line for the terminal; what was wrong follows it, indented."""
    times = [each.ms for each in line.evidence if each.ms is not None]
    tail = f"  {len(line.evidence)} seen, at most {max(times)} ms" if times else ""
    lines = [f"{line.number:>2} {_MARKS[line.outcome]}  {line.title:<46}{tail}".rstrip()]
    lines.extend(f"     {_plain(each)}" for each in line.evidence if not each.is_right)
    if line.reason:
        lines.append(f"     {line.reason}")
    return "\n".join(lines)


def summary(certificate: Certificate) -> str:
    """How many lines ended how."""
    passed, failed, unseen = (
        certificate.count(outcome) for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.UNSEEN)
    )
    parts = [f"{passed} of {len(certificate.lines)} lines pass"]
    parts += [f"{failed} fail"] if failed else []
    parts += [f"{unseen} not seen"] if unseen else []
    return ", ".join(parts) + "."


def as_json(certificate: Certificate) -> str:
    """The certificate as data, with all of its evidence."""
    found: dict[str, Any] = {"passed": certificate.is_passed, "summary": summary(certificate), "note": _BY}
    return json.dumps(found | asdict(certificate), indent=2, ensure_ascii=False) + "\n"


def as_markdown(certificate: Certificate) -> str:
    """The certificate as a page: a table of the lines, then the evidence of each."""
    return "\n".join(_page(certificate)) + "\n"


def _page(certificate: Certificate) -> Iterator[str]:
    yield "# Certificate of a receiver of events\n"
    yield (
        f"`{certificate.target}`, {certificate.started_at}, contract {certificate.contract_version}: "
        f"**{summary(certificate)}**\n"
    )
    yield _BY + "\n"
    if not certificate.sees_events:
        yield "The list of handled ids was not given: what was done with the events was not seen.\n"
    yield "| line | the receiver | |"
    yield "|---|---|---|"
    for line in certificate.lines:
        yield f"| {line.number} | {line.title} | {line.outcome} |"
    for line in certificate.lines:
        yield f"\n## {line.number} {line.title}: {line.outcome}\n"
        if line.reason:
            yield line.reason + "\n"
        if line.evidence:
            yield "| sent | bytes | webhook-id | wanted | seen | ms | |"
            yield "|---|--:|---|---|---|--:|---|"
            yield from (_row(each) for each in line.evidence)


def _row(each: Evidence) -> str:
    seen = each.seen
    if not each.is_right and each.status is not None and each.answer:
        seen = f"{seen}, {each.answer}"
    cells = (
        each.sent,
        each.size,
        each.event_id,
        each.wanted,
        seen,
        each.ms,
        "" if each.is_right else "wrong",
    )
    return "| " + " | ".join("" if cell is None else _cell(str(cell)) for cell in cells) + " |"


def _cell(text: str) -> str:
    """What a receiver answered is shown as text, whatever it is."""
    for sign in "\\`*_<>[]|&":
        text = text.replace(sign, f"\\{sign}")
    return text


def _plain(each: Evidence) -> str:
    took = "" if each.ms is None else f" in {each.ms} ms"
    answer = f" ({each.answer})" if each.answer and each.status is not None else ""
    return f"{each.sent}: wanted {each.wanted}, seen {each.seen}{answer}{took}"
