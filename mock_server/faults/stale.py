"""Answers to reads as they were before the last change that was seen."""

from __future__ import annotations

from mock_server.gateway import Answer

# What is remembered at most; the longest unused goes first.
_MAX_ANSWERS = 512
_MAX_BYTES = 16 * 1024 * 1024

Key = tuple[str, str, bytes]


class Memory:
    """The last two different answers to each read that a rule meets; kept by this process alone."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[Answer, Answer | None]] = {}
        self._size = 0

    def older(self, key: Key, answer: Answer) -> Answer:
        """Remembers what a read answers now; what it answered before that changed, where that was seen."""
        last, before = self._kept.get(key, (answer, None))
        if last.body != answer.body:
            before = last
        self._forget(key)
        self._kept[key] = (answer, before)
        self._size += _size(answer, before)
        while len(self._kept) > _MAX_ANSWERS or self._size > _MAX_BYTES:
            self._forget(next(iter(self._kept)))
        return answer if before is None else before

    def clear(self) -> None:
        """Forgets all."""
        self._kept.clear()
        self._size = 0

    def _forget(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._size -= _size(*kept)


def _size(answer: Answer, before: Answer | None) -> int:
    return len(answer.body) + (0 if before is None else len(before.body))
