"""The control plane: entities, installs and tokens of the sandbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mock_server.api import modified, page_of_records
from mock_server.control.scopes import check_scopes
from mock_server.gateway import Answer, Call
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox, tenant_of
from mock_server.storage.subscriptions import end_webhooks
from mock_server.storage.tenancy import (
    Install,
    Tenant,
    add_install,
    lock_install,
    read_install,
    read_installs,
    revoke,
    write_install,
)
from mock_server.tokens import demo_install_id, new_install
from mock_server.wire import dumps, instant

_HOUR = 3600


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
        self._session.lock("installs")
        of_client = self._of_client(body.get("client_id"))
        install["client_disabled"] = any(other["client_disabled"] for other in of_client)
        self._apply(install, body)
        self._agree(install, of_client)
        add_install(self._session, install, tenant.key)
        return Answer(201, dumps(install), [(b"location", f"{call.target}/{install_id}".encode())])

    def update_install(self, call: Call) -> Answer:
        """Changes an install from the next request on."""
        install = self._locked_install(call.path["id"])
        if install["status"] == "uninstalled":
            raise _gone("update")
        self._apply(install, call.body)
        self._agree(install, self._of_client(install["client_id"]))
        return self._written(install)

    def delete_install(self, call: Call) -> Answer:
        """Uninstalls the app: its tokens are refused from then on, and its subscriptions end."""
        install = self._locked_install(call.path["id"])
        install["status"] = "uninstalled"
        end_webhooks(self._session, install["id"])
        return self._written(install)

    def create_token(self, call: Call) -> Answer:
        """Issues a token of an install; organisation and entity stand for the entity's own install."""
        body = call.body
        install_id = body.get("install_id")
        if install_id is None:
            tenant = self._tenant(body["org_ref_id"], body["entity_ref_id"])
            install_id = demo_install_id(tenant.org, tenant.entity)
        install = self._install(install_id)
        if install["status"] == "uninstalled":
            raise _gone("create a token")
        scopes = body.get("scopes")
        if scopes is not None:
            check_scopes(self._sandbox.contract.scopes, scopes)
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

    def _tenant(self, org: str, entity: str) -> Tenant:
        return tenant_of(self._sandbox, org, entity)

    def _install(self, install_id: str) -> Install:
        found = read_install(self._session, install_id.lower())
        if found is None:
            raise Refused("not_found", "There is no such install.")
        return found[0]

    def _locked_install(self, install_id: str) -> Install:
        found = lock_install(self._session, install_id.lower())
        if found is None:
            raise Refused("not_found", "There is no such install.")
        return found[0]

    def _apply(self, install: Install, body: dict[str, Any]) -> None:
        check_scopes(self._sandbox.contract.scopes, body.get("scopes", []))
        for name, value in body.items():
            if isinstance(value, dict):
                install[name] = {**install[name], **{k: _number(v) for k, v in value.items()}}
            else:
                install[name] = value

    def _of_client(self, client_id: str | None) -> list[Install]:
        return [install for install in read_installs(self._session) if install["client_id"] == client_id]

    def _agree(self, install: Install, of_client: list[Install]) -> None:
        """Whether a client is disabled holds for all of its installs."""
        others = [
            other
            for other in of_client
            if other["id"] != install["id"] and other["client_disabled"] != install["client_disabled"]
        ]
        for other in others:
            write_install(self._session, {**other, "client_disabled": install["client_disabled"]})
        if others:
            self._sandbox.database.announce()

    def _written(self, install: Install) -> Answer:
        write_install(self._session, install)
        self._sandbox.database.announce()
        return Answer(200, dumps(install))


def _gone(action: str) -> Refused:
    return Refused(
        "invalid_state_transition",
        "The app was uninstalled.",
        from_="uninstalled",
        action=action,
        allowed=[],
    )


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
