"""The pages of the install flow: whole in themselves, without a script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FunctionLoader, StrictUndefined

from mock_server.gateway import Answer
from mock_server.oauth.approval import by_organisation, key_of
from mock_server.oauth.redirects import source_of
from mock_server.storage.tenancy import Tenant

_FOLDER = files("mock_server") / "oauth" / "templates"
_HTML = b"text/html; charset=utf-8"


@cache
def _templates() -> Environment:
    def load(name: str) -> str:
        return (_FOLDER / name).read_text("utf-8")

    return Environment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@cache
def _style() -> tuple[str, str]:
    """The style sheet, and what a policy calls it."""
    text = (_FOLDER / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"'sha256-{digest}'"


def authorize_page(
    redirect_uri: str,
    *,
    status: int,
    fault: str,
    client: Mapping[str, Any],
    query: str,
    form: str,
    tenants: list[Tenant],
    entity: str,
    scopes: Sequence[tuple[str, str, bool]],
    errors: Mapping[str, str],
) -> Answer:
    """The page on which a person picks entity and scopes; `fault` says what was wrong with the last try."""
    parts = urlsplit(redirect_uri)
    return _page(
        "authorize.html",
        status,
        # A browser holds the place that the form leads on to against this too.
        f"'self' {source_of(redirect_uri)}",
        fault=fault,
        client=client,
        query=query,
        form=form,
        organisations=by_organisation(tenants),
        entity=entity or (key_of(tenants[0]) if tenants else ""),
        scopes=scopes,
        errors=errors,
        destination=parts.netloc or f"{parts.scheme}:",
    )


def refused_page(error: str, description: str) -> Answer:
    """A page for a request that may not be answered where it asks to be."""
    return _page("refused.html", 400, "'none'", error=error, description=description)


def _page(name: str, status: int, form_action: str, **values: Any) -> Answer:
    style, source = _style()
    body = _templates().get_template(name).render(style=style, **values)
    policy = (
        f"default-src 'none'; style-src {source}; form-action {form_action}; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    headers = [
        (b"content-security-policy", policy.encode("ascii")),
        (b"x-frame-options", b"DENY"),
        # With less a browser would not say where the form comes from.
        (b"referrer-policy", b"same-origin"),
    ]
    return Answer(status, body.encode(), headers, _HTML)
