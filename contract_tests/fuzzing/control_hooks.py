"""Hooks of schemathesis for the control plane: what its contract says for our validators alone."""

from __future__ import annotations

from typing import Any

import schemathesis

from contract_tests.kit import METHODS, stepped


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Makes numbers by their decimals; where a body is optional, `null` says the same as none."""
    for key in ("paths", "components"):
        raw_schema[key] = stepped(raw_schema[key])
    for item in raw_schema["paths"].values():
        for method in METHODS & item.keys():
            body = item[method].get("requestBody")
            if body is not None and not body.get("required") and "application/json" in body["content"]:
                media = body["content"]["application/json"]
                media["schema"] = {"anyOf": [media["schema"], {"type": "null"}]}
