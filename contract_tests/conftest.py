"""Options and fixtures of the contract tests."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from contract_tests.factory import Api
from contract_tests.kit import (
    Client,
    Contract,
    Control,
    Fixtures,
    Operation,
    Target,
    Tenant,
    api_url,
    built_contract,
    find_control,
    load_profile,
    origin_of,
    sandbox,
)
from contract_tests.runs import put_last
from contract_tests.shop_floor import Floor

load_profile()
# What is tested by itself with `-m`, by the folders that it is in.
PROFILES = {"webhooks": "webhooks", "control_plane": "control", "install_flow": "control"}
_CONTRACT = pytest.StashKey[Contract]()
_KINDS: dict[str, Callable[[Operation], bool]] = {
    "operation": lambda op: True,
    "guarded_operation": lambda op: op.is_tenant_guarded,
    "body_operation": lambda op: op.has_body,
    "built_write": lambda op: op.is_built and op.method != "GET",
    "built_body": lambda op: op.is_built and op.has_body,
    "stub": lambda op: op.stage == "stub",
    # The pages of fetched events have a cursor of their own kind, and their own tests.
    "listing": lambda op: op.is_built and op.takes("query", "limit") and op.id != "listPullEvents",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that say what is tested."""
    group = parser.getgroup("contract tests")
    group.addoption("--base-url", help="API to test, such as https://host/public/v1; a sandbox by default")
    group.addoption("--token", help="access token for it, best with all scopes")
    group.addoption(
        "--contract", type=Path, help="built contract (JSON); the target's own or the one beside by default"
    )
    group.addoption(
        "--stage",
        choices=["preview", "live"],
        default="preview",
        help="`live` keeps to the operations that are on the gateway today",
    )
    group.addoption("--read-only", action="store_true", help="send GETs alone")
    group.addoption("--max-examples", type=int, default=10, help="examples for each generated test")


def pytest_configure(config: pytest.Config) -> None:
    """Checks that the options belong together."""
    if bool(config.getoption("--base-url")) != bool(config.getoption("--token")):
        raise pytest.UsageError("--base-url and --token belong together.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Makes profiles of folders; what looks back at a run comes last."""
    for item in items:
        if (profile := PROFILES.get(item.path.parent.name)) is not None:
            item.add_marker(profile)
    put_last(items)


def contract_of(config: pytest.Config) -> Contract:
    """The contract that the target is held to."""
    if _CONTRACT not in config.stash:
        config.stash[_CONTRACT] = _find_contract(config)
    return config.stash[_CONTRACT]


def _find_contract(config: pytest.Config) -> Contract:
    if (file := config.getoption("--contract")) is not None:
        return Contract(json.loads(file.read_bytes()))
    if (url := config.getoption("--base-url")) is not None:
        try:
            response = httpx.get(f"{origin_of(api_url(url))}/openapi.json", timeout=30)
            if response.status_code == 200 and "paths" in response.json():
                return Contract(response.json())
        except (httpx.HTTPError, ValueError):
            pass
    return built_contract()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each operation of a kind, or for each of its scopes."""
    kinds = [kind for kind in (*_KINDS, "scoped") if kind in metafunc.fixturenames]
    if not kinds:
        return
    stages = (
        {"live", "stub"} if metafunc.config.getoption("--stage") == "live" else {"live", "stub", "planned"}
    )
    operations = [op for op in contract_of(metafunc.config).operations.values() if op.stage in stages]
    for kind in kinds:
        if kind == "scoped":
            pairs = [(op, scope) for op in operations for scope in op.scopes]
            metafunc.parametrize(kind, pairs, ids=[f"{op.id}-{scope}" for op, scope in pairs])
        else:
            chosen = [op for op in operations if _KINDS[kind](op)]
            metafunc.parametrize(kind, chosen, ids=[op.id for op in chosen])


@pytest.fixture(scope="session")
def contract(pytestconfig: pytest.Config) -> Contract:
    """The contract that the target is held to."""
    return contract_of(pytestconfig)


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """Connections that are kept open."""
    with httpx.Client(timeout=60, follow_redirects=False, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config, http: httpx.Client, contract: Contract) -> Iterator[Target]:
    """The server under test: the one that the options name, or a sandbox."""
    is_read_only = pytestconfig.getoption("--read-only")
    stage = pytestconfig.getoption("--stage")
    given, token = pytestconfig.getoption("--base-url"), pytestconfig.getoption("--token")
    if given is None:
        with sandbox(stage="today" if stage == "live" else "preview") as own:
            yield Target(own.url, own.tenant, own.control, stage, is_read_only, True, own.others)
        return
    url = api_url(given)
    contract.reached.base = urlsplit(url).path
    answer = http.get(f"{url}/me", headers={"Authorization": f"Bearer {token}"})
    if answer.status_code != 200:
        pytest.exit(f"GET {url}/me answers {answer.status_code}: is the token right? {answer.text[:300]}", 3)
    me = answer.json()
    tenant = Tenant(me["org_ref_id"], me["entity_ref_id"], token)
    control = None if is_read_only else find_control(origin_of(url), http)
    yield Target(url, tenant, control, stage, is_read_only)


@pytest.fixture
def client(target: Target, contract: Contract, http: httpx.Client) -> Client:
    """The target as the holder of the token sees it."""
    return Client(target, contract, http, target.tenant.token)


@pytest.fixture
def control(target: Target, http: httpx.Client) -> Control:
    """The control plane."""
    if target.control is None or target.is_read_only:
        pytest.skip("the target has no control plane, or may not be written to")
    return Control(target.control, http)


@pytest.fixture(scope="session")
def prefix(target: Target) -> str:
    """What the names of a run's records begin with; a foreign target may hold those of earlier runs."""
    return "KIT" if target.is_own else secrets.token_hex(3).upper()


@pytest.fixture
def fixtures(target: Target, client: Client, http: httpx.Client, prefix: str) -> Iterator[Fixtures]:
    """Test data of the test's own."""
    is_open = target.control is not None and not target.is_read_only
    made = Fixtures(client, Control(target.control, http) if is_open and target.control else None, prefix)
    yield made
    made.clear()


@pytest.fixture
def tenants(target: Target, control: Control) -> list[Tenant]:
    """Every entity of the sandbox, each with a token that has all scopes; the target's own comes first."""
    found = [Tenant(entity["org_ref_id"], entity["entity_ref_id"], "") for entity in control.entities()]
    others = [
        Tenant(tenant.org, tenant.entity, control.token(tenant))
        for tenant in found
        if (tenant.org, tenant.entity) != (target.tenant.org, target.tenant.entity)
    ]
    return [target.tenant, *others]


@pytest.fixture(scope="module")
def factory(pytestconfig: pytest.Config) -> Iterator[Target]:
    """A sandbox of the module's own with the demo data's clock: its history is in nobody's way."""
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this needs a sandbox of its own; the target here is another server")
    with sandbox() as own:
        yield own


@pytest.fixture(scope="module")
def floor(factory: Target, contract: Contract) -> Iterator[Floor]:
    """The bicycle maker's shop floor."""
    api = Api(factory, contract, factory.tenant)
    yield Floor(api)
    api.close()


@pytest.fixture
def start(pytestconfig: pytest.Config) -> Iterator[Callable[..., Target]]:
    """Starts further sandboxes, for what cannot be shown on the one that all tests share."""
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts a sandbox of its own; the target here is another server")
    with ExitStack() as running:

        def begin(**options: Any) -> Target:
            made: AbstractContextManager[Target] = sandbox(**options)
            return running.enter_context(made)

        yield begin
