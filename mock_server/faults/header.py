"""`X-Sandbox-Fault`: what is to go wrong with one request, in a few words."""

from __future__ import annotations

from dataclasses import dataclass

from mock_server.contract import Operation, unknown_name
from mock_server.faults.answers import DocumentedAnswers
from mock_server.gateway import Answer, invalid_at

_POINTER = "/header/X-Sandbox-Fault"
_WORDS = ("status", "code", "retry-after", "latency", "reset", "lost", "truncated", "slow-body")
# Words that need a value, each with one.
_VALUED = {"status": "503", "code": "not_found", "retry-after": "5", "latency": "2000"}
_LARGEST = {"status": 599, "retry-after": 86_400, "latency": 60_000, "slow-body": 60_000}
_MAX_LENGTH = 200
_SLOW = "5000"


@dataclass(slots=True)
class Asked:
    """What a request wants to go wrong with it; seconds."""

    wait: float = 0.0
    answer: Answer | None = None
    is_reset: bool = False
    is_lost: bool = False
    is_cut: bool = False
    slow: float = 0.0


def read_header(raw: bytes, operation: Operation, answers: DocumentedAnswers) -> Asked:
    """Reads the header; a Refused (400) where it is no such word, or no answer of the operation."""
    words = _words(raw)
    asked = Asked(
        wait=_number(words, "latency") / 1000,
        is_reset="reset" in words,
        is_lost="lost" in words,
        is_cut="truncated" in words,
        slow=_number(words, "slow-body") / 1000,
    )
    if "status" in words:
        status, code = _number(words, "status"), words.get("code")
        found = answers.find(operation, status, code)
        if found is None:
            told = f"{status} {code}" if code else str(status)
            raise invalid_at(_POINTER, f"{operation.id} does not document {told}")
        asked.answer = found.answer(_number(words, "retry-after", 1))
    elif "code" in words or "retry-after" in words:
        raise invalid_at(_POINTER, "needs a status beside it")
    return asked


def _words(raw: bytes) -> dict[str, str]:
    text = raw.decode("latin-1")
    if len(text) > _MAX_LENGTH:
        raise invalid_at(_POINTER, f"must have at most {_MAX_LENGTH} characters")
    words: dict[str, str] = {}
    for part in text.split(";"):
        word, has_value, value = (each.strip() for each in part.partition("="))
        if word not in _WORDS:
            raise invalid_at(_POINTER, unknown_name(word[:40], _WORDS, "a fault"))
        if word in words:
            raise invalid_at(_POINTER, f"names {word} more than once")
        if word in _VALUED and not value:
            raise invalid_at(_POINTER, f"{word} needs a value, such as {word}={_VALUED[word]}")
        if has_value and word not in _VALUED and word not in _LARGEST:
            raise invalid_at(_POINTER, f"{word} takes no value")
        words[word] = value
    if "slow-body" in words:
        words["slow-body"] = words["slow-body"] or _SLOW
    return words


def _number(words: dict[str, str], word: str, otherwise: int = 0) -> int:
    text = words.get(word)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= _LARGEST[word]):
        raise invalid_at(_POINTER, f"{word} must be a whole number from 0 to {_LARGEST[word]}")
    return int(text)
