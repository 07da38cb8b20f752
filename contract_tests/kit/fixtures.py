"""Items and BOMs of a test's own; what it made is archived at the end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.kit.client import Client
from contract_tests.kit.control import Control

Record = dict[str, Any]
_LARGEST_CALL = 100
_COUNT = itertools.count(1)


class Fixtures:
    """Makes test data for one entity, with the control plane where there is one."""

    def __init__(
        self, client: Client, control: Control | None, prefix: str, count: Iterator[int] | None = None
    ) -> None:
        self.client = client
        self.control = control
        self._prefix = prefix
        self._count = _COUNT if count is None else count
        self._made: list[str] = []
        self._webhooks: list[str] = []
        self._found: list[Record] | None = None

    def label(self, word: str = "BOM") -> str:
        """A text that no other record has."""
        return f"{word}-{self._prefix}-{next(self._count)}"

    def item(self, **fields: Any) -> Record:
        """An active item without a BOM: a new one, or one of the target's where none can be made.

        Fields other than the defaults need the control plane.
        """
        if self.control is not None:
            made = {"StandardCost": 10, **fields}
            return self.control.new_item(self.client.tenant, self.label("ITEM"), **made)
        if fields:
            pytest.skip("an item must be made for this, and the target has no control plane")
        if self._found is None:
            items = self.client.every("listItem", {"isActive": "true"})
            self._found = [item for item in items if item["TrackInventory"] and self._has_no_bom(item)]
        if not self._found:
            pytest.skip("the target has too few items without a BOM")
        return self._found.pop()

    def change_item(self, item: Record, **fields: Any) -> Record:
        """Changes an item by way of the control plane."""
        if self.control is None:
            pytest.skip("an item must be changed for this, and the target has no control plane")
        return self.control.change_item(self.client.tenant, item["id"], **fields)

    def _has_no_bom(self, item: Record) -> bool:
        return self.client.call("getActiveBom", itemId=item["id"]).status_code == 404

    def body(self, **fields: Any) -> Record:
        """A small BOM to create: one item made from two of another."""
        if "ItemRefId" not in fields:
            fields["ItemRefId"] = self.item()["id"]
        if "Lines" not in fields:
            fields["Lines"] = [{"ItemRefId": self.item()["id"], "Quantity": 2}]
        return {"Name": self.label(), **fields}

    def bom(self, **fields: Any) -> Record:
        """A new BOM."""
        record: Record = self.client.call("createBom", expect=201, json=self.body(**fields)).json()
        return self.keep(record)

    def keep(self, record: Record) -> Record:
        """Sees to it that a BOM is archived at the end."""
        self._made.append(record["id"])
        return record

    def read(self, record: Record) -> Record:
        """A BOM as it is now."""
        found: Record = self.client.call("getBom", expect=200, id=record["id"]).json()
        return found

    def update(self, record: Record, **fields: Any) -> Record:
        """Changes a BOM."""
        changed: Record = self.client.call("updateBom", expect=200, id=record["id"], json=fields).json()
        return changed

    def archive(self, *records: Record) -> int:
        """Archives BOMs; returns how many the target says it changed."""
        return self._bulk("archiveBoms", [record["id"] for record in records])

    def restore(self, *records: Record) -> int:
        """Restores BOMs; returns how many the target says it changed."""
        return self._bulk("restoreBoms", [record["id"] for record in records])

    def _bulk(self, operation_id: str, ids: list[str]) -> int:
        modified: int = self.client.call(operation_id, expect=200, json={"ids": ids}).json()["modified"]
        return modified

    def webhook(self, **fields: Any) -> Record:
        """A new webhook subscription."""
        body = {"topics": ["bom.created"], "target_url": "https://example.com/hooks", **fields}
        made: Record = self.client.call("createWebhookSubscription", expect=201, json=body).json()
        self._webhooks.append(made["id"])
        return made

    def clear(self) -> None:
        """Archives the BOMs and ends the subscriptions; users before what they use."""
        for webhook in self._webhooks:
            self.client.call("deleteWebhookSubscription", id=webhook)
        made = list(reversed(self._made))
        for start in range(0, len(made), _LARGEST_CALL):
            self.client.call("archiveBoms", json={"ids": made[start : start + _LARGEST_CALL]})
