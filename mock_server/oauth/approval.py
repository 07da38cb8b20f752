"""What a person may pick on the authorize page, and the install that comes of it."""

from __future__ import annotations

from typing import Any

from mock_server.oauth.issuing import Approval
from mock_server.sandbox import Sandbox
from mock_server.storage.oauth import OauthClient
from mock_server.storage.tenancy import Install, Tenant, add_install, read_installs, write_install
from mock_server.tokens import new_install
from mock_server.wire import instant


class NotApproved(Exception):
    """The form cannot be accepted; the text says what to do about it."""


class ClientDisabled(Exception):
    """The app's key is disabled."""


def key_of(tenant: Tenant) -> str:
    """What stands for an entity in the form."""
    return f"{tenant.org}/{tenant.entity}"


def by_organisation(tenants: list[Tenant]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The entities as the page shows them, under the names of their organisations."""
    found: dict[str, list[dict[str, Any]]] = {}
    for tenant in tenants:
        found.setdefault(tenant.org_name, []).append(
            {"key": key_of(tenant), "name": tenant.name, "about": f"{tenant.country}, {tenant.currency}"}
        )
    return list(found.items())


def approve(
    sandbox: Sandbox, client: OauthClient, asked: list[str], entity: str, chosen: list[str], form_id: str
) -> Approval:
    """Installs the app for an entity with the scopes chosen of those asked for.

    Where it is installed already, that install has these scopes from now on, and is active again.
    """
    tenant = next((each for each in sandbox.tenants if key_of(each) == entity), None)
    if tenant is None:
        raise NotApproved("Choose an entity.")
    scopes = [scope for scope in asked if scope in chosen]
    if not scopes:
        raise NotApproved("Choose one scope at least, or deny.")
    return Approval(form_id, _installed(sandbox, client, tenant, scopes), " ".join(scopes))


def _installed(sandbox: Sandbox, client: OauthClient, tenant: Tenant, scopes: list[str]) -> Install:
    session = sandbox.database.session
    session.lock("installs")
    of_client = [each for each in read_installs(session) if each["client_id"] == client.id]
    if any(each["client_disabled"] for each in of_client):
        raise ClientDisabled
    place = (tenant.org, tenant.entity)
    for install in of_client:
        if install["status"] != "uninstalled" and (install["org_ref_id"], install["entity_ref_id"]) == place:
            install = {**install, "scopes": scopes, "status": "active"}
            write_install(session, install)
            sandbox.database.announce()
            return install
    install = new_install(sandbox.ids.object_id(), *place, scopes, instant(sandbox.clock.now()))
    install |= {"client_id": client.id, "app_slug": client.state["app_slug"]}
    add_install(session, install, tenant.key)
    return install
