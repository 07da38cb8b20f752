"""The headers of a signed event, after Standard Webhooks.

Source: assumed, Q-028.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

SCHEME = "standard-webhooks/v1"


def signed_headers(secrets: Sequence[str], event_id: str, body: bytes, wall: datetime) -> dict[str, str]:
    """The headers for these bytes at this real moment, with a signature for each secret."""
    text = body.decode()
    signatures = " ".join(_signer(secret).sign(event_id, wall, text) for secret in secrets)
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(wall.timestamp())),
        "webhook-signature": signatures,
    }


@lru_cache(1024)
def _signer(secret: str) -> Any:
    # Loaded where it is needed.
    from standardwebhooks import Webhook

    return Webhook(secret)
