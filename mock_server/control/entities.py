"""The control plane: the entities of the sandbox."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mock_server.clock import is_time_zone
from mock_server.gateway import Answer, Call, invalid_at
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox, tenant_of
from mock_server.seeds import add_entity, tenant_of_body
from mock_server.storage.tenancy import Tenant, find_tenant, read_tenants, rename_org, write_tenant
from mock_server.wire import dumps

MAX_ENTITIES = 1000


class EntityControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session

    def list_entities(self, call: Call) -> Answer:
        """Every entity of the sandbox."""
        return Answer(200, dumps({"entities": [each.described() for each in read_tenants(self._session)]}))

    def get_entity(self, call: Call) -> Answer:
        """One entity."""
        return Answer(200, dumps(self._tenant(call).described()))

    def create_entity(self, call: Call) -> Answer:
        """Creates an entity that holds nothing, with an install of its own."""
        sandbox, body = self._sandbox, call.body
        _check_zone(body["time_zone"])
        self._session.lock("seed")
        present = read_tenants(self._session)
        org, entity = body["org_ref_id"], body["entity_ref_id"]
        if find_tenant(self._session, org, entity) is not None:
            message = f"{org} has an entity {entity} already."
            raise Refused("duplicate_number", message, pointer="/entity_ref_id")
        if len(present) >= MAX_ENTITIES:
            raise Refused("too_many_entities", f"A sandbox has {MAX_ENTITIES} entities at most.")
        tenant = tenant_of_body(max((each.key for each in present), default=0) + 1, body)
        add_entity(self._session, tenant, sandbox.contract.scopes, sandbox.clock.now())
        rename_org(self._session, org, tenant.org_name)
        sandbox.database.announce()
        place = f"{call.target.removesuffix('/entities')}/orgs/{org}/entities/{entity}"
        return Answer(201, dumps(tenant.described()), [(b"location", place.encode())])

    def update_entity(self, call: Call) -> Answer:
        """Changes an entity from the next request on."""
        body = call.body
        if "time_zone" in body:
            _check_zone(body["time_zone"])
        self._session.lock("seed")
        tenant = self._tenant(call)
        after = replace(
            tenant,
            org_name=body.get("org_name", tenant.org_name),
            name=body.get("name", tenant.name),
            time_zone=body.get("time_zone", tenant.time_zone),
            overhead_percent=Decimal(body.get("overhead_percent", tenant.overhead_percent)),
        )
        write_tenant(self._session, after)
        self._sandbox.database.announce()
        return Answer(200, dumps(after.described()))

    def _tenant(self, call: Call) -> Tenant:
        return tenant_of(self._sandbox, call.path["orgId"], call.path["entityId"])


def _check_zone(name: str) -> None:
    if not is_time_zone(name):
        raise invalid_at("/time_zone", "is no time zone that is known, such as Asia/Kolkata")
