"""The sandbox's control plane: what a test needs that no client of the public API can do."""

from __future__ import annotations

from typing import Any

import httpx

from contract_tests.kit.target import Tenant


class Control:
    """A client of `/_sandbox/v1`."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self._url = url
        self._http = http

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Sends a request that must succeed."""
        response = self._http.request(method, self._url + path, json=body)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text[:600]}"
        return response.json()

    def token(
        self,
        tenant: Tenant,
        scopes: list[str] | None = None,
        *,
        install: str | None = None,
        expires_in: int = 3600,
    ) -> str:
        """A token of an install, by default the entity's own."""
        body: dict[str, Any] = {"expires_in": expires_in}
        if scopes is not None:
            body["scopes"] = scopes
        if install is not None:
            body["install_id"] = install
        else:
            body |= {"org_ref_id": tenant.org, "entity_ref_id": tenant.entity}
        token: str = self.send("POST", "/tokens", body)["access_token"]
        return token

    def revoke(self, token: str) -> None:
        """Ends a token."""
        self.send("POST", "/tokens/revoke", {"access_token": token})

    def install(self, tenant: Tenant, **fields: Any) -> str:
        """Installs an app for an entity; returns the install's id."""
        body = {"org_ref_id": tenant.org, "entity_ref_id": tenant.entity, **fields}
        found: str = self.send("POST", "/installs", body)["id"]
        return found

    def change(self, install: str, **fields: Any) -> None:
        """Changes an install from the next request on."""
        self.send("PATCH", f"/installs/{install}", fields)

    def uninstall(self, install: str) -> None:
        """Uninstalls an app."""
        self.send("DELETE", f"/installs/{install}")

    def entities(self) -> list[dict[str, Any]]:
        """Every entity of the sandbox."""
        found: list[dict[str, Any]] = self.send("GET", "/entities")["entities"]
        return found

    def new_item(self, tenant: Tenant, code: str, **fields: Any) -> dict[str, Any]:
        """Creates an item."""
        body = {"ItemCode": code, "Name": code, "Uom": "NOS", **fields}
        item: dict[str, Any] = self.send("POST", f"/orgs/{tenant.org}/entities/{tenant.entity}/items", body)
        return item

    def change_item(self, tenant: Tenant, item: str, **fields: Any) -> dict[str, Any]:
        """Changes an item."""
        path = f"/orgs/{tenant.org}/entities/{tenant.entity}/items/{item}"
        changed: dict[str, Any] = self.send("PATCH", path, fields)
        return changed

    def new_vendor(self, tenant: Tenant, code: str, **fields: Any) -> dict[str, Any]:
        """Creates a vendor."""
        body = {"VendorCode": code, "DisplayName": code, **fields}
        path = f"/orgs/{tenant.org}/entities/{tenant.entity}/vendors"
        vendor: dict[str, Any] = self.send("POST", path, body)
        return vendor

    def clock(self) -> dict[str, Any]:
        """What time it is in the sandbox."""
        shown: dict[str, Any] = self.send("GET", "/clock")
        return shown

    def set_clock(self, **fields: Any) -> dict[str, Any]:
        """Sets the clock, by `pinned_at` or `now`."""
        shown: dict[str, Any] = self.send("PUT", "/clock", fields)
        return shown

    def advance_clock(self, seconds: int) -> dict[str, Any]:
        """Moves the clock on."""
        shown: dict[str, Any] = self.send("POST", "/clock/advance", {"seconds": seconds})
        return shown


def find_control(origin: str, http: httpx.Client) -> str | None:
    """The address of a server's control plane; None where it has none."""
    url = f"{origin}/_sandbox/v1"
    try:
        response = http.get(f"{url}/entities")
        return url if response.status_code == 200 and "entities" in response.json() else None
    except (httpx.HTTPError, ValueError):
        return None
