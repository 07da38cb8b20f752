"""The routing tree, against the smallest documents and against Connexion's own router."""

from __future__ import annotations

import asyncio
import json
import random
import re
from typing import Any

import pytest
from connexion import AsyncApp
from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from connexion.resolver import Resolver

from mock_server.app import PUBLIC
from mock_server.contract import METHODS, compiled
from mock_server.gateway.routing import RoutingError, Tree, TreeRouting
from mock_server.refused import Refused
from mock_server.settings import Settings

UUID = {"type": "string", "format": "uuid"}


def _path(name: str | None, schema: Any = None, **methods: str) -> dict[str, Any]:
    parameters = [{"name": name, "in": "path", "required": True, "schema": schema or UUID}] if name else []
    return {"parameters": parameters, **{m: {"operationId": operation} for m, operation in methods.items()}}


def test_a_literal_segment_wins_over_a_template() -> None:
    tree = Tree({"/boms/{id}": _path("id", get="one"), "/boms/restore": _path(None, put="restore")}, "/v1")
    found = tree.find([b"v1", b"boms", b"restore"])
    assert found is not None
    assert found[0].operations == {"PUT": "restore"}
    assert found[0].allow == b"OPTIONS, PUT"


def test_an_encoded_slash_never_separates_segments() -> None:
    tree = Tree({"/boms/{id}": _path("id", get="one")}, "")
    found = tree.find([b"boms", b"a%2Fb"])
    assert found is not None
    assert found[1] == {"id": "a/b"}


def test_broken_utf8_in_a_segment_is_no_error() -> None:
    tree = Tree({"/boms/{id}": _path("id", get="one")}, "")
    found = tree.find([b"boms", b"%ff%00"])
    assert found is not None
    assert found[1] == {"id": "\ufffd\x00"}


def test_a_trailing_slash_is_another_path() -> None:
    tree = Tree({"/boms": _path(None, get="list"), "/boms/{id}": _path("id", get="one")}, "")
    assert tree.find([b"boms", b""]) is None


def test_a_literal_that_would_do_as_an_id_is_refused_at_start() -> None:
    with pytest.raises(RoutingError, match="restore hides"):
        Tree(
            {"/boms/{id}": _path("id", {"type": "string"}, get="one"), "/boms/restore": _path(None, put="r")},
            "",
        )


def test_two_names_in_one_place_are_refused_at_start() -> None:
    with pytest.raises(RoutingError, match="same place"):
        Tree({"/boms/{id}": _path("id", get="one"), "/boms/{bomId}/x": _path("bomId", get="x")}, "")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/items", "/item"),
        ("/bom", "/boms"),
        ("/workorders", "/work-orders"),
        ("/Boms", "/boms"),
        ("/work_orders/x/releases", "/work-orders/{id}/release"),
        ("/weather", None),
        ("/boms/x/y/z", None),
        ("/" + "b" * 5000, None),
    ],
    ids=lambda path: str(path)[:30],
)
def test_an_unknown_path_is_told_which_one_was_probably_meant(asked: str, meant: str | None) -> None:
    document = json.loads((Settings().build_dir / "openapi.json").read_bytes())
    prefix = "/orgs/{orgId}/entities/{entityId}"
    paths = {
        path: {"parameters": [_parameter(name) for name in re.findall(r"\{(\w+)\}", path)]}
        for path in document["paths"]
    }
    segments = f"public/v1/orgs/a/entities/b{asked}".encode().split(b"/")
    assert Tree(paths, PUBLIC).nearest(segments) == (None if meant is None else prefix + meant)


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": UUID}


class _Sink:
    """Takes what a router passes on."""

    def __init__(self) -> None:
        self.scope: dict[str, Any] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scope = scope


def test_the_tree_agrees_with_connexions_own_router() -> None:
    """20,000 requests; where an id does not fit its schema the tree may say that there is no such path."""
    document = json.loads((Settings().build_dir / "openapi-3.0.json").read_bytes())
    ours, theirs = _Sink(), _Sink()
    tree, stock = TreeRouting(ours), RoutingMiddleware(theirs)

    app = AsyncApp(__name__, middlewares=[])
    resolver = Resolver(lambda operation_id: _nothing)
    app.add_api(document, base_path=PUBLIC, resolver=resolver)
    specification = app.middleware.apis[0].specification
    tree.add_api(specification, base_path=PUBLIC)
    stock.add_api(specification, base_path=PUBLIC, resolver=resolver)

    schemas = {
        name: compiled(schema)
        for item in specification["paths"].values()
        for holder in (item, *(item[method] for method in METHODS if method in item))
        for name, schema in (
            (p["name"], p["schema"]) for p in holder.get("parameters", []) if p["in"] == "path"
        )
    }
    chance = random.Random(1)
    words = sorted(
        {word for path in document["paths"] for word in path.split("/") if word and "{" not in word}
    )
    values = ["019e2d80-5a00-7c11-8b3e-0a1b2c3d4e5f", "66f2a9c41b7d5e0012c4a001", "org-veloma", "x", *words]
    routed = 0

    async def compare() -> None:
        nonlocal routed
        for _ in range(20_000):
            segments = chance.choice(list(document["paths"])).split("/")[1:]
            segments = [chance.choice(values) if s.startswith("{") else s for s in segments]
            if chance.random() < 0.3:
                segments[chance.randrange(len(segments))] = chance.choice(values)
            if chance.random() < 0.1:
                segments.append(chance.choice(values))
            path = f"{PUBLIC}/{'/'.join(segments)}"
            method = chance.choice(["GET", "POST", "PUT", "DELETE", "HEAD"])
            mine = await _one(tree, ours, method, path)
            other = await _one(stock, theirs, method, path)
            if other[0] is not None and all(schemas[n].is_valid(v) for n, v in other[1].items()):
                assert mine == other, (method, path)
                routed += 1
            elif mine[0] is not None:
                assert mine == other, (method, path)

    asyncio.run(compare())
    assert routed > 2_000


async def _one(router: Any, sink: _Sink, method: str, path: str) -> tuple[str | None, dict[str, Any]]:
    sink.scope = {}
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "headers": [],
        "query_string": b"",
        "extensions": {},
    }
    try:
        await router(scope, _nothing, _nothing)
    except Refused:
        return None, {}
    found = sink.scope.get("extensions", {}).get(ROUTING_CONTEXT, {}).get("operation_id")
    return found, dict(sink.scope.get("path_params", {})) if found else {}


async def _nothing(*arguments: Any) -> Any:
    return {"type": "http.disconnect"}
