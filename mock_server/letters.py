"""Texts as people see them: letters in one composition, without blanks around them, regardless of case."""

from __future__ import annotations

import re
import unicodedata

# Putting marks in order takes the square of their number; no script puts more on one letter.
_MAX_MARKS = 30
# Format characters that show: signs in front of Arabic, Syriac and Kaithi numbers.
_SHOWN_FORMATS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
# Letters and marks that show nothing: fillers, joiners, variation selectors, the empty Braille cell.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0100-\U000e01ef]"
)


def composed(text: str) -> str:
    """The text in normal form C; one with more marks on a letter than any script has stays as it is."""
    if text.isascii() or _has_heaps_of_marks(text):
        return text
    return unicodedata.normalize("NFC", text)


def _has_heaps_of_marks(text: str) -> bool:
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > _MAX_MARKS:
            return True
    return False


def trimmed(text: str) -> str:
    """The text without blanks at its ends, zero-width ones included; empty where nothing of it shows."""
    start, end = 0, len(text)
    while start < end and _is_blank(text[start]):
        start += 1
    while end > start and _is_blank(text[end - 1]):
        end -= 1
    kept = text[start:end]
    if not kept.isascii() and all(_is_blank(c) or _UNSEEN.match(c) for c in kept):
        return ""
    return kept


def _is_blank(character: str) -> bool:
    if character.isascii():
        return character in " \t\n\v\f\r"
    if character.isspace():
        return True
    return unicodedata.category(character) == "Cf" and not _SHOWN_FORMATS.match(character)


def folded(text: str) -> str:
    """A text to search in or for: regardless of case, and of how its letters are put together."""
    return composed(composed(text).casefold())


def spellings(text: str) -> tuple[str, str, str]:
    """A text to search for, folded, and as records hold it that were written before texts were folded."""
    older = text.lower()
    return folded(text), older, unicodedata.normalize("NFD", older)
