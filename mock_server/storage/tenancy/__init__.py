"""Entities, installs, idempotency keys: what belongs to a tenant."""

from mock_server.storage.tenancy.facts import drop_fact, read_fact, write_fact
from mock_server.storage.tenancy.idempotency import KEPT_SECONDS, Kept, keep, recall
from mock_server.storage.tenancy.installs import (
    Install,
    add_install,
    is_revoked,
    lock_install,
    read_install,
    read_installs,
    revoke,
    write_install,
)
from mock_server.storage.tenancy.tenants import Tenant, add_tenant, lock_entity, read_tenants
