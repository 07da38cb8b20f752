"""The landing page and the reference, by Flask; every byte is local."""

from __future__ import annotations

from importlib.resources import files

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

from mock_server.contract import Contract

_SWAGGER = files("flask_openapi_swagger") / "templates" / "swagger"
_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_START = files("mock_server") / "console" / "scripts" / "reference.js"
_STAGES = (
    ("live", "on the gateway today"),
    ("stub", "the gateway answers 501 today"),
    ("planned", "lands with manufacturing"),
)
_SOURCES = (
    ("roadmap", "HelloBooks' published roadmap"),
    ("docs", "HelloBooks' published API reference"),
    ("published-spec", "HelloBooks' own OpenAPI document"),
    ("assumed", "designed here, because nothing is published; not HelloBooks' word"),
)


def create_pages(contract: Contract) -> Flask:
    """The application for people; it reads the contract and nothing else."""
    app = Flask(__name__)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            "script-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.get("/")
    def landing() -> str:
        stages: dict[str, list[str]] = {}
        sources: dict[str, int] = {}
        for item in contract.document["paths"].values():
            for operation in item.values():
                if isinstance(operation, dict) and "operationId" in operation:
                    stages.setdefault(operation["x-stage"], []).append(operation["operationId"])
                    source = operation["x-provenance"]
                    sources[source] = sources.get(source, 0) + 1
        return render_template(
            "landing.html",
            version=contract.version,
            stages=[(name, text, len(stages.get(name, []))) for name, text in _STAGES],
            sources=[(name, text, sources.get(name, 0)) for name, text in _SOURCES],
            base=request.host_url.rstrip("/"),
            topics=list(contract.document.get("webhooks", {})),
        )

    @app.get("/reference")
    def reference() -> str:
        return render_template("reference.html", version=contract.version)

    @app.get("/assets/<name>")
    def asset(name: str) -> Response:
        media_type = _ASSETS.get(name)
        if media_type is None:
            abort(404)
        folder = "css" if name.endswith(".css") else "js"
        return Response((_SWAGGER / folder / name).read_bytes(), mimetype=media_type)

    @app.get("/assets/reference.js")
    def start() -> Response:
        return Response(_START.read_bytes(), mimetype="text/javascript")

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[str, int]:
        return render_template("refused.html", error=error), error.code or 500

    return app
