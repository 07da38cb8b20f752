"""The keys that a secret may have been taken for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from mock_server.receiving.findings import Finding, Mistake, Variant

PREFIX = "whsec_"
# By Standard Webhooks; another length hints at a secret that was cut.
KEY_BYTES = range(24, 65)
_QUOTES = "\"'`"


def keys_of(secret: str) -> list[Variant[str | bytes]]:
    """What the library is given as the secret: first as it stands, then each key that it was mistaken for."""
    found: dict[bytes, Variant[str | bytes]] = {}
    decoded = key_of(secret)
    if decoded:
        found[decoded] = Variant(secret)
    for key, detail in _misread(secret):
        if key and key not in found:
            found[key] = Variant(key, (Finding(Mistake.SECRET_FORM, detail),))
    return list(found.values())


def key_of(secret: str) -> bytes:
    """The key as the library reads it, or nothing where it cannot."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX) + "==")
    except (binascii.Error, ValueError):
        return b""


def _misread(secret: str) -> Iterator[tuple[bytes, str]]:
    cleaned = secret.strip().strip(_QUOTES).strip()
    bare = cleaned[len(PREFIX) :] if cleaned.lower().startswith(PREFIX) else cleaned
    yield key_of(bare), "there are blanks, quotes or capitals in or around `whsec_`; take them away."
    right = "; the key is what follows `whsec_`, decoded from Base64."
    yield (PREFIX + bare).encode(), "the key is the text of the secret, prefix and all" + right
    yield bare.encode(), "the key is the text after `whsec_`, not decoded" + right
    for newline in ("\n", "\r\n"):
        yield (PREFIX + bare + newline).encode(), "the key is the text of the secret, with a newline" + right
    for decoded in (_lenient(PREFIX + bare, "-_"), _lenient(PREFIX + bare)):
        yield decoded, "`whsec_` was decoded with the rest" + right
    yield _lenient(bare, "-_"), "it is Base64 for URLs, with - and _ for + and /."
    try:
        yield bytes.fromhex(bare), "it was decoded from hexadecimal, not from Base64" + right
    except ValueError:
        pass
    if decoded := key_of(bare):
        yield decoded.hex().encode(), "the key is its hexadecimal text, not its bytes" + right


def _lenient(text: str, signs: str = "+/") -> bytes:
    """Decoded as languages do that pass over what is no Base64, and over a letter too many."""
    known = "".join(each for each in text if each.isascii() and (each.isalnum() or each in signs))
    known = known[: len(known) - (len(known) % 4 == 1)]
    return base64.b64decode(known + "==", signs.encode())
