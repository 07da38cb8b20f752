"""Scopes and tenants: every operation, each scope that it needs, and tokens of nobody and of others."""

from __future__ import annotations

from contract_tests.kit import Client, Control, Operation, Tenant

# No operation has it, so a request that passes the guards ends with 400 and does nothing.
_HARMLESS = {"contract-test": "1"}


def _passed(operation: Operation) -> int:
    return 400 if operation.is_built else 501


def test_a_token_without_the_scope_is_refused(
    client: Client, control: Control, scoped: tuple[Operation, str]
) -> None:
    operation, scope = scoped
    token = control.token(client.tenant, client.contract.scopes_without(scope))
    body = client.using(token).refusal(operation.id, 403, "insufficient_scope", query=_HARMLESS)
    assert body["required"] == [scope]
    assert body["message"] == f"Missing scope: {scope}"


def test_a_token_with_its_scopes_alone_passes(client: Client, control: Control, operation: Operation) -> None:
    caller = client.using(control.token(client.tenant, list(operation.scopes)))
    answer = caller.call(operation.id, query=_HARMLESS)
    assert answer.status_code == _passed(operation), answer.text


def test_a_bundle_stands_for_its_scopes(client: Client, control: Control) -> None:
    for bundle, scopes in client.contract.bundles.items():
        caller = client.using(control.token(client.tenant, [bundle]))
        for operation in client.contract.operations.values():
            if operation.scopes and set(operation.scopes) <= set(scopes):
                assert caller.call(operation.id, query=_HARMLESS).status_code == _passed(operation)


def test_a_request_without_a_token_is_refused(client: Client, operation: Operation) -> None:
    client.using(None).refusal(operation.id, 401, "invalid_token", query=_HARMLESS)


def test_a_path_of_another_organisation_is_refused(client: Client, guarded_operation: Operation) -> None:
    body = client.refusal(
        guarded_operation.id, 403, "tenant_scope_violation", query=_HARMLESS, orgId="org-of-somebody-else"
    )
    assert body["message"] == "Token not authorized for this org."


def test_a_path_of_another_entity_is_refused(client: Client, guarded_operation: Operation) -> None:
    body = client.refusal(
        guarded_operation.id, 403, "tenant_scope_violation", query=_HARMLESS, entityId="ent-of-somebody-else"
    )
    assert body["message"] == "Token not authorized for this entity."


def test_tokens_of_other_tenants_are_refused(
    client: Client, tenants: list[Tenant], guarded_operation: Operation
) -> None:
    own, *others = tenants
    assert others
    for other in others:
        what = "org" if other.org != own.org else "entity"
        intruder = client.using(other.token)
        body = intruder.refusal(guarded_operation.id, 403, "tenant_scope_violation", query=_HARMLESS)
        assert body["message"] == f"Token not authorized for this {what}."


def test_the_tenant_is_checked_before_the_scope(
    client: Client, control: Control, guarded_operation: Operation
) -> None:
    powerless = client.using(control.token(client.tenant, []))
    powerless.refusal(guarded_operation.id, 403, "tenant_scope_violation", orgId="org-of-somebody-else")
