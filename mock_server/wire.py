"""How names, moments and figures are written: the one spelling of every answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

_PUBLISHED_NAMES = {"id": "id", "hsn_sac": "HSN_SAC", "gstin": "GSTIN"}


def wire_name(attribute: str) -> str:
    """The contract's name of a record's attribute: `item_ref_id` is `ItemRefId`."""
    return _PUBLISHED_NAMES.get(attribute) or "".join(part.capitalize() for part in attribute.split("_"))


@lru_cache(256)
def instant(moment: datetime) -> str:
    """A moment as the contract writes it: UTC with milliseconds."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """A moment as milliseconds since 1970, as it is kept where it is counted with."""
    return (moment - _EPOCH) // _MILLISECOND


def instant_at(stamp: int) -> str:
    """Milliseconds since 1970 as the contract writes a moment."""
    return instant(_EPOCH + stamp * _MILLISECOND)


def _dumped(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _fragment(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


# The same figures come again and again: zeros, prices, costs that no write has changed.
@lru_cache(4096)
def _fragment(value: Decimal) -> orjson.Fragment:
    return orjson.Fragment(plain(value))


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if text not in {"-0", ""} else "0"


def dumps(value: Any) -> bytes:
    """JSON with decimals as plain numbers."""
    return orjson.dumps(value, default=_dumped)
