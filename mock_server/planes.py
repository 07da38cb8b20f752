"""The public API and the control plane as they are served, for all workspaces of a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    OauthClientControl,
    SnapshotControl,
    StockControl,
    WorkspaceControl,
)
from mock_server.gateway import AnswerCheck, Call, Endpoint, Endpoints, Gate, Handler, TreeRouting
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.tokens import DEFAULT
from mock_server.workspaces import Endpoints as EndpointsOf
from mock_server.workspaces import Maker, Snapshots, Templates, Workspaces

STAGES = {"preview": ("live", "stub", "planned"), "today": ("live", "stub")}


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


class Plane:
    """One contract as it is served: its operations, and who handles them in a sandbox."""

    def __init__(
        self,
        name: str,
        contract: Contract,
        older: dict[str, Any],
        resources: Callable[[Sandbox], Iterable[object]],
        is_checking: bool,
    ) -> None:
        """`older` is its 3.0.3 form, which Connexion reads."""
        self.name = name
        self.contract = contract
        self._older = older
        self._resources = resources
        self._check = AnswerCheck(contract) if is_checking else None

    def handlers(self, sandbox: Sandbox) -> dict[str, Handler]:
        """Operation id to handler, for a sandbox."""
        return handlers_of(self.contract, self._resources(sandbox))

    def endpoint(self, operation_id: str, handler: Handler, sandbox: Sandbox) -> Endpoint:
        """The endpoint of an operation in a sandbox."""
        is_write = self.contract.operations[operation_id].method not in {"GET", "HEAD"}
        return Endpoint(handler, is_write, sandbox.database, sandbox.clock.now, self._check)

    def serve(self, base: str, guard: Callable[[Any], Any], handlers: dict[str, Handler]) -> ContractApp:
        """The application for all workspaces."""

        def built(operation: Operation) -> bool:
            return operation.stage != "stub" and operation.id in handlers

        return ContractApp(
            self._older,
            base,
            [guard, LifespanMiddleware, TreeRouting, Gate],
            resolver=Resolver(lambda operation_id: handlers.get(operation_id, _unbuilt)),
            contract=self.contract,
            built=built,
            plane=self.name,
        )


class Planes:
    """The public API and the control plane, for the workspaces of one server."""

    def __init__(self, first: Sandbox) -> None:
        settings = first.settings
        built, is_checking = settings.build_dir, settings.is_checking
        contract = first.contract.of_stage(*STAGES[settings.stage])
        older = only_of(read_document(built / "openapi-3.0.json"), contract)
        control = Contract(read_document(built / "sandbox-openapi.json"))
        self.public = Plane("public", contract, older, resources_of, is_checking)
        older = read_document(built / "sandbox-openapi-3.0.json")
        self.control = Plane("control", control, older, self._controls, is_checking)
        # Those of the first one, by plane.
        self._handlers: dict[str, dict[str, Handler]] = {}
        self.workspaces = Workspaces(first, self._endpoints, settings.max_workspaces)
        templates = Templates(first.shared, self.workspaces.places)
        self._maker = Maker(self.workspaces, templates)
        self._snapshots = Snapshots(self.workspaces, templates)

    def _endpoints(self, sandbox: Sandbox) -> EndpointsOf:
        planes = {plane.name: plane for plane in (self.public, self.control)}
        handlers = self._handlers if sandbox.workspace == DEFAULT else {}

        def endpoint(name: str, operation_id: str) -> Endpoint:
            plane = planes[name]
            if name not in handlers:
                handlers[name] = plane.handlers(sandbox)
            return plane.endpoint(operation_id, handlers[name][operation_id], sandbox)

        return endpoint

    def _controls(self, sandbox: Sandbox) -> tuple[object, ...]:
        """The handlers of the control plane."""
        return (
            Control(sandbox),
            OauthClientControl(sandbox),
            StockControl(sandbox),
            ClockControl(sandbox),
            EventControl(sandbox),
            FaultControl(sandbox),
            WorkspaceControl(sandbox, self.workspaces, self._maker, self._snapshots),
            SnapshotControl(sandbox, self.workspaces, self._snapshots),
        )

    def app(self, plane: Plane, base: str, guard: Callable[[Any], Any]) -> ContractApp:
        """The application of one of them."""
        first = self.workspaces.first.sandbox
        handlers = self._handlers[plane.name] = plane.handlers(first)
        return plane.serve(base, guard, handlers)


def only_of(older: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The 3.0.3 form without the operations that a stage leaves out."""
    part = Contract(contract.document)
    paths = {
        path: {key: node for key, node in item.items() if key in part.document["paths"][path]}
        for path, item in older["paths"].items()
        if path in part.document["paths"]
    }
    return {**older, "paths": paths}


def resources_of(sandbox: Sandbox) -> tuple[object, ...]:
    """The handlers of every resource that is built."""
    services = Services(
        sandbox.contract,
        sandbox.database,
        sandbox.clock,
        sandbox.ids,
        sandbox.cursors,
        sandbox.shared.webhook_client,
        sandbox.is_telling,
        sandbox.shared.targets,
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
