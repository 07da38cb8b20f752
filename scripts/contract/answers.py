"""Adds the answers that a server gives by itself, as the policy of the index states them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.operations import Call, calls, operations
from scripts.contract.references import resolved
from scripts.contract.sources import ContractError, fault, moved

POLICY = "x-derived-responses"
ABSENT = "x-absent-responses"
UNBUILT = "x-unbuilt"
CODES = "x-error-codes"
# What an operation is. A stub refuses before it reads the request: nothing is derived from what it takes.
KINDS = ("every", "tenant", "scoped", "unbuilt", "handled", "write", "body")
PARAMETERS = "parameters"

Answers = dict[str, Any]


def add_answers(document: dict[str, Any], faults: list[ContractError]) -> None:
    """Completes the answers of every operation, in the order of their statuses, and drops the policy."""
    policy = _policy(document, faults)
    document.pop(POLICY, None)
    for call in calls(document):
        operation = call.operation
        derived = _derived(document, policy, call)
        absent = operation.pop(ABSENT, [])
        for number, status in enumerate(absent):
            if derived.pop(status, None) is None:
                faults.append(fault(f"no answer {status} is derived here", absent, number))
        if derived:
            own = operation.get("responses", moved((), operation))
            added = {status: moved(answer.items(), answer) for status, answer in derived.items()}
            operation["responses"] = moved(sorted({**added, **own}.items()), own)


def add_codes(document: dict[str, Any]) -> None:
    """Writes the codes of each refusal into `x-error-codes`, from the examples that name them."""
    holders = [operation for _, _, operation in operations(document)]
    answers = [*document.get("components", {}).get("responses", {}).values()]
    for holder in (*holders, {"responses": document.get("x-unrouted-responses", {})}):
        answers += [answer for answer in holder.get("responses", {}).values() if "$ref" not in answer]
    for answer in answers:
        codes = [
            code
            for media in answer.get("content", {}).values()
            for example in media.get("examples", {}).values()
            if (code := code_of(resolved(document, example).get("value"))) is not None
        ]
        if codes:
            tail = [(key, answer.pop(key)) for key in ("headers", "content", "links") if key in answer]
            answer[CODES] = list(dict.fromkeys(codes))
            answer.update(tail)


def code_of(value: Any) -> str | None:
    """The code that a refusal's body names; the refusal by plan names it within an object."""
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, dict):
        error = error.get("code")
    return error if isinstance(error, str) else None


def parameter_names(document: dict[str, Any], call: Call) -> list[str]:
    """The names of the parameters that an operation takes."""
    return [str(resolved(document, parameter).get("name")) for parameter in call.parameters]


def restated(document: dict[str, Any]) -> Iterator[tuple[Call, str]]:
    """Each operation and status that the sources of a document state though the build derives the same."""
    policy = _policy(document, [])
    for call in calls(document):
        derived = _derived(document, policy, call)
        for status, answer in call.operation.get("responses", {}).items():
            if derived.get(status) == answer:
                yield call, status


def _policy(document: dict[str, Any], faults: list[ContractError]) -> dict[str, Answers]:
    """The answers of each kind, and below `parameters/` those of each parameter; what is none is a fault."""
    groups = document.get(POLICY, {})
    policy: dict[str, Answers] = {}
    for group, answers in groups.items():
        if group == PARAMETERS:
            taken = {name for call in calls(document) for name in parameter_names(document, call)}
            for name in answers:
                if name not in taken:
                    faults.append(fault(f"no operation has the parameter {name}", answers, name))
            policy.update({f"{PARAMETERS}/{name}": inner for name, inner in answers.items()})
        elif group in KINDS:
            policy[group] = answers
        else:
            known = ", ".join((*KINDS, PARAMETERS))
            faults.append(fault(f"{group} is none of {known}", groups, group))
    return policy


def _derived(document: dict[str, Any], policy: dict[str, Answers], call: Call) -> Answers:
    """The answers that the policy has for an operation, before its own take their places."""
    is_stub = call.operation.get("x-stage") == "stub"
    groups = ["every", *(["unbuilt"] if is_stub or call.operation.get(UNBUILT) is True else [])]
    if "{entityId}" in call.path:
        groups.append("tenant")
    if any(listed for alternative in call.operation.get("security", []) for listed in alternative.values()):
        groups.append("scoped")
    if not is_stub:
        groups.append("handled")
        groups += ["write"] if call.method != "get" else []
        groups += ["body"] if "requestBody" in call.operation else []
        groups += [f"{PARAMETERS}/{name}" for name in parameter_names(document, call)]
    return {status: answer for group in groups for status, answer in policy.get(group, {}).items()}
