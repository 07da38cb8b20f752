"""Names and sentences from operation ids."""

from __future__ import annotations

import re

_ABBREVIATIONS = {"bom": "BOM", "boms": "BOMs"}


def parts(operation_id: str) -> list[str]:
    """The words of a name in camelCase or PascalCase, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z][a-z0-9]*|[a-z0-9]+", operation_id)]


def spoken(words: list[str]) -> str:
    """The words as one writes them in a sentence."""
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def with_article(noun: str) -> str:
    """`a work order`, `an item`."""
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def singular(word: str) -> str:
    """The name of one of several."""
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
