"""The control plane: entities, installs, tokens and items of the sandbox."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from mock_server.api import envelope, modified, page_of_records
from mock_server.gateway import Answer, Call, Refusal, invalid_at
from mock_server.manufacturing import Item, check_whole, number
from mock_server.manufacturing.formulas import reroll_item
from mock_server.manufacturing.stock import Ledger, Source
from mock_server.sandbox.sandbox import Sandbox
from mock_server.storage import SqlBook, tables
from mock_server.storage.documents import read_page
from mock_server.storage.rows import item_code_taken, shown_movement
from mock_server.storage.tenancy import (
    Install,
    Tenant,
    add_install,
    lock_entity,
    lock_install,
    read_install,
    read_installs,
    revoke,
    write_install,
)
from mock_server.tokens import demo_install_id, new_install
from mock_server.wire import dumps, instant, wire_name

_HOUR = 3600
_ITEM_FIELDS = {wire_name(f.name): f.name for f in fields(Item)}


class Control:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session

    def list_entities(self, call: Call) -> Answer:
        """Every entity of the sandbox."""
        rows = [
            {
                "org_ref_id": tenant.org,
                "entity_ref_id": tenant.entity,
                "org_name": tenant.org_name,
                "name": tenant.name,
                "country": tenant.country,
                "currency": tenant.currency,
                "time_zone": tenant.time_zone,
                "overhead_percent": tenant.overhead_percent,
            }
            for tenant in self._sandbox.tenants
        ]
        return Answer(200, dumps({"entities": rows}))

    def list_installs(self, call: Call) -> Answer:
        """Every install, uninstalled ones too."""
        installs = read_installs(self._session)
        for name in ("org_ref_id", "entity_ref_id", "status"):
            if name in call.query:
                installs = [install for install in installs if install[name] == call.query[name]]
        return page_of_records(call, self._sandbox.cursors, "installs", installs, dumps)

    def get_install(self, call: Call) -> Answer:
        """One install."""
        return Answer(200, dumps(self._install(call.path["id"])))

    def create_install(self, call: Call) -> Answer:
        """Installs an app for an entity."""
        body = call.body
        tenant = self._tenant(body["org_ref_id"], body["entity_ref_id"])
        install_id = self._sandbox.ids.object_id()
        created_at = instant(self._sandbox.clock.now())
        install = new_install(
            install_id, tenant.org, tenant.entity, self._sandbox.contract.scopes, created_at
        )
        self._apply(install, body)
        add_install(self._session, install, tenant.key)
        return Answer(201, dumps(install), [(b"location", f"{call.target}/{install_id}".encode())])

    def update_install(self, call: Call) -> Answer:
        """Changes an install from the next request on."""
        install = self._locked_install(call.path["id"])
        if install["status"] == "uninstalled":
            raise _gone("update")
        self._apply(install, call.body)
        return self._written(install)

    def delete_install(self, call: Call) -> Answer:
        """Uninstalls the app; its tokens are refused from then on."""
        install = self._locked_install(call.path["id"])
        install["status"] = "uninstalled"
        return self._written(install)

    def create_token(self, call: Call) -> Answer:
        """Issues a token of an install; organisation and entity stand for the entity's own install."""
        body = call.body
        install_id = body.get("install_id")
        pair = (body.get("org_ref_id"), body.get("entity_ref_id"))
        if (install_id is None) == (pair == (None, None)) or (install_id is None and None in pair):
            raise invalid_at("/body", "needs either install_id, or both org_ref_id and entity_ref_id")
        if install_id is None:
            tenant = self._tenant(body["org_ref_id"], body["entity_ref_id"])
            install_id = demo_install_id(tenant.org, tenant.entity)
        install = self._install(install_id)
        if install["status"] == "uninstalled":
            raise _gone("create a token")
        scopes = body.get("scopes")
        if scopes is not None:
            self._check_scopes(scopes)
        token_id, seconds = self._sandbox.ids.object_id(), body.get("expires_in", _HOUR)
        token = self._sandbox.signer.sign(install, scopes, seconds, token_id)
        claims = self._sandbox.signer.read(token)
        assert claims is not None
        answer = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_at": instant(self._sandbox.clock.at(claims.expires_at)),
            "install_id": install["id"],
            "jti": token_id,
        }
        return Answer(201, dumps(answer))

    def revoke_token(self, call: Call) -> Answer:
        """Revokes one token; one that this sandbox never issued counts 0."""
        claims = self._sandbox.signer.read(call.body["access_token"])
        if claims is None or read_install(self._session, claims.install_id) is None:
            return modified(0)
        count = revoke(self._session, claims.token_id, claims.expires_at)
        self._sandbox.database.announce()
        return modified(count)

    def create_item(self, call: Call) -> Answer:
        """Creates an item without stock."""
        book = self._book(call)
        body = call.body
        if item_code_taken(self._session, book.tenant, body["ItemCode"]):
            raise Refusal("duplicate_number", f"There is an item {body['ItemCode']} already.")
        item = Item(
            id=book.new_id(),
            item_code=body["ItemCode"],
            name=body["Name"],
            uom=body["Uom"],
            created_at=book.now,
            updated_at=book.now,
        )
        item = _changed(item, body)
        body_bytes = book.put_item(item)
        return Answer(201, body_bytes, [(b"location", f"{call.target}/{item.id}".encode())])

    def update_item(self, call: Call) -> Answer:
        """Changes an item; a new cost or selling price rolls up through every BOM above it."""
        book = self._book(call)
        item = book.item(call.path["id"])
        if item is None:
            raise Refusal("not_found")
        after = _changed(item, call.body)
        if after == item:
            return Answer(200, book.put_item(item))
        body = book.put_item(replace(after, updated_at=book.now))
        if (after.standard_cost, after.selling_price) != (item.standard_cost, item.selling_price):
            reroll_item(book, item.id)
        return Answer(200, body)

    def create_stock_adjustment(self, call: Call) -> Answer:
        """Counts an item's stock up or down, with a movement."""
        book, body = self._book(call), call.body
        item = book.item(body["ItemRefId"])
        if item is None:
            raise Refusal("unknown_reference", "There is no such item.", details={"pointer": "/ItemRefId"})
        quantity, unit_cost = number(body["Quantity"]), body.get("UnitCost")
        _check_adjustable(item, quantity)
        movement = Ledger(book).adjust(
            item,
            quantity,
            None if unit_cost is None else number(unit_cost),
            Source("Adjustment"),
        )
        return Answer(201, dumps(shown_movement(movement)))

    def list_movements(self, call: Call) -> Answer:
        """Movements of an entity in the order of their posting."""
        tenant = self._tenant(call.path["orgId"], call.path["entityId"])
        names = {"itemRefId": "item_id", "documentRefId": "document_id", "type": "type"}
        filters = {names[name]: value for name, value in call.query.items() if name in names}
        after = call.query.get("after")
        position = self._sandbox.cursors.read(call, after) if after is not None else None
        found = read_page(self._session, tables.movements, tenant.key, filters, call.query["limit"], position)
        cursor = self._sandbox.cursors.write(call, found.end) if found.end is not None else None
        return Answer(200, envelope("movements", [row[0] for row in found.rows], cursor))

    def _book(self, call: Call) -> SqlBook:
        sandbox = self._sandbox
        tenant = self._tenant(call.path["orgId"], call.path["entityId"])
        lock_entity(self._session, tenant)
        return SqlBook(self._session, tenant, sandbox.clock, sandbox.ids, "control-plane")

    def _tenant(self, org: str, entity: str) -> Tenant:
        for tenant in self._sandbox.tenants:
            if (tenant.org, tenant.entity) == (org, entity):
                return tenant
        raise Refusal("not_found", "There is no such entity.")

    def _install(self, install_id: str) -> Install:
        found = read_install(self._session, install_id.lower())
        if found is None:
            raise Refusal("not_found", "There is no such install.")
        return found[0]

    def _locked_install(self, install_id: str) -> Install:
        found = lock_install(self._session, install_id.lower())
        if found is None:
            raise Refusal("not_found", "There is no such install.")
        return found[0]

    def _check_scopes(self, scopes: list[str]) -> None:
        for place, scope in enumerate(scopes):
            if scope not in self._sandbox.contract.scopes:
                raise Refusal(
                    "unknown_scope",
                    f"{scope[:64]} is no scope of the contract.",
                    details={"pointer": f"/scopes/{place}"},
                )

    def _apply(self, install: Install, body: dict[str, Any]) -> None:
        self._check_scopes(body.get("scopes", []))
        for name, value in body.items():
            if isinstance(value, dict):
                install[name] = {**install[name], **{k: _number(v) for k, v in value.items()}}
            else:
                install[name] = value

    def _written(self, install: Install) -> Answer:
        write_install(self._session, install)
        self._sandbox.database.announce()
        return Answer(200, dumps(install))


def _check_adjustable(item: Item, quantity: Decimal) -> None:
    if not quantity:
        raise invalid_at("/body/Quantity", "must not be 0")
    if not item.is_usable:
        raise Refusal("inactive_item", f"{item.item_code} is inactive.", details={"pointer": "/ItemRefId"})
    check_whole(item.item_code, item.uom, quantity, "/Quantity")


def _gone(action: str) -> Refusal:
    return Refusal(
        "invalid_state_transition",
        "The app was uninstalled.",
        details={"from": "uninstalled", "action": action, "allowed": []},
    )


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _changed(item: Item, body: dict[str, Any]) -> Item:
    values: dict[str, Any] = {}
    for name, value in body.items():
        field = _ITEM_FIELDS[name]
        is_number = isinstance(value, int) and not isinstance(value, bool) and field != "mfg_lead_time_days"
        values[field] = Decimal(value) if is_number else value
    if "is_active" in values:
        values["status"] = "Active" if values["is_active"] else "Inactive"
    return replace(item, **values)
