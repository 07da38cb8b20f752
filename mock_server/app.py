"""The whole server as one ASGI application: the public gateway, the control plane and the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from connexion import AsyncApp
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.resolver import Resolver

from mock_server.api import (
    Account,
    Boms,
    Deliveries,
    Items,
    ManufacturingReports,
    QualityInspections,
    Recipes,
    Services,
    SubcontractOrders,
    Webhooks,
    WorkOrders,
)
from mock_server.contract import Contract, Operation, pythonic, read_document
from mock_server.control import (
    ClockControl,
    Control,
    EventControl,
    FaultControl,
    RequestControl,
    StockControl,
)
from mock_server.gateway import (
    AnswerCheck,
    Call,
    ControlGuard,
    Endpoint,
    Endpoints,
    Gate,
    Gateway,
    Handler,
    InternalGuard,
    Receive,
    Recording,
    Scope,
    Send,
    TreeRouting,
)
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox

PUBLIC = "/public/v1"
CONTROL = "/_sandbox/v1"
_STAGES = {"preview": ("live", "stub", "planned"), "today": ("live", "stub")}


class ContractApp(AsyncApp):  # type: ignore[misc]
    """Connexion loads the document and resolves its operations; our own rooms answer the requests."""

    def __init__(self, document: dict[str, Any], base: str, middlewares: list[Any], **options: Any) -> None:
        super().__init__(__name__, middlewares=middlewares)
        self.middleware.app = Endpoints(None)
        self.add_api(document, base_path=base, **options)
        # Connexion puts the rooms together at the first request; what it refuses belongs into the start.
        self.middleware.app, self.middleware.middleware_stack = self.middleware._build_middleware_stack()


def handlers_of(contract: Contract, resources: Iterable[object]) -> dict[str, Handler]:
    """Operation id to handler, for every operation that some resource has a method for."""
    found: dict[str, Handler] = {}
    for operation in contract.operations.values():
        name = pythonic(operation.id)
        for resource in resources:
            method = getattr(resource, name, None)
            if method is not None:
                found[operation.id] = method
    return found


def _unbuilt(call: Call) -> Any:
    raise Refused("not_implemented")


def serve_contract(
    contract: Contract,
    older: dict[str, Any],
    base: str,
    guard: Callable[[Any], Any],
    handlers: dict[str, Handler],
    sandbox: Sandbox,
) -> ContractApp:
    """The application for one document: `older` is its 3.0.3 form, which Connexion reads."""
    check = AnswerCheck(contract) if sandbox.settings.is_checking else None

    def endpoint(handler: Handler, operation: Operation) -> Endpoint:
        is_write = operation.method not in {"GET", "HEAD"}
        return Endpoint(handler, is_write, sandbox.database, sandbox.clock.now, check)

    def built(operation: Operation) -> bool:
        return operation.stage != "stub" and operation.id in handlers

    return ContractApp(
        older,
        base,
        [guard, LifespanMiddleware, TreeRouting, Gate],
        resolver=Resolver(lambda operation_id: handlers.get(operation_id, _unbuilt)),
        contract=contract,
        built=built,
        endpoint=endpoint,
    )


def _only(older: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The 3.0.3 form without the operations that a stage leaves out."""
    part = Contract(contract.document)
    paths = {
        path: {key: node for key, node in item.items() if key in part.document["paths"][path]}
        for path, item in older["paths"].items()
        if path in part.document["paths"]
    }
    return {**older, "paths": paths}


class Front:
    """Sends each request to the application that its path belongs to."""

    def __init__(self, public: Any, control: Any, internal: Any, pages: Any, contract: Contract) -> None:
        self._public = public
        self._control = control
        self._internal = internal
        self._pages = pages
        self._prefixes = tuple(contract.document["x-internal-prefixes"]["prefixes"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection event."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self._public(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith("/public/v1/") or path == PUBLIC:
            await self._public(scope, receive, send)
        elif path.startswith("/_sandbox/"):
            await self._control(scope, receive, send)
        elif any(path == prefix or path.startswith(prefix + "/") for prefix in self._prefixes):
            await self._internal(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def resources_of(sandbox: Sandbox) -> tuple[object, ...]:
    """The handlers of every resource that is built."""
    services = Services(
        sandbox.contract,
        sandbox.database,
        sandbox.clock,
        sandbox.ids,
        sandbox.cursors,
        sandbox.webhook_client,
        sandbox.is_telling,
        sandbox.targets,
    )
    return (
        Account(services),
        Webhooks(services),
        Deliveries(services),
        Items(services),
        Boms(services),
        Recipes(services),
        WorkOrders(services),
        QualityInspections(services),
        SubcontractOrders(services),
        ManufacturingReports(services),
    )


def build_app(sandbox: Sandbox) -> Front:
    """Puts the rooms of one sandbox together."""
    from mock_server.console import Site

    built = sandbox.settings.build_dir
    older = read_document(built / "openapi-3.0.json")
    contract = sandbox.contract.of_stage(*_STAGES[sandbox.settings.stage])
    resources = resources_of(sandbox)
    public = serve_contract(
        contract,
        _only(older, contract),
        PUBLIC,
        partial(
            Gateway,
            contract=sandbox.contract,
            grants=sandbox.grants,
            base=PUBLIC,
            recording=_recording(sandbox, "public", sandbox.contract),
        ),
        handlers_of(contract, resources),
        sandbox,
    )
    internal = InternalGuard(None, sandbox.contract, _recording(sandbox, "internal", sandbox.contract))
    pages = Site(sandbox.contract, built)
    control = build_control(sandbox, public)
    return Front(public, control, internal, pages, sandbox.contract)


def _recording(sandbox: Sandbox, plane: str, contract: Contract) -> Recording | None:
    return None if sandbox.exchanges is None else Recording(sandbox.exchanges, plane, contract)


def build_control(sandbox: Sandbox, public: Any) -> ContractApp:
    """The control plane of one sandbox, whose public API is `public`."""
    contract = Contract(read_document(sandbox.settings.build_dir / "sandbox-openapi.json"))
    contracts = {"public": sandbox.contract, "internal": sandbox.contract, "control": contract}
    resources = [each(sandbox) for each in (Control, StockControl, ClockControl, EventControl, FaultControl)]
    return serve_contract(
        contract,
        read_document(sandbox.settings.build_dir / "sandbox-openapi-3.0.json"),
        CONTROL,
        partial(
            ControlGuard,
            contract=contract,
            admin_token=sandbox.settings.admin_token,
            recording=_recording(sandbox, "control", contract),
        ),
        handlers_of(contract, [*resources, RequestControl(sandbox, contracts, public)]),
        sandbox,
    )
