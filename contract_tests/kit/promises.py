"""What holds for every answer of the public API, whatever was asked."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import httpx

from contract_tests.kit.contract import BUILT, Contract

_RATE_LIMIT = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit", "ratelimit-policy")
_TRACES = re.compile(r'Traceback|File "|\.py\b|line \d+, in |sqlalchemy|sqlite|connexion', re.IGNORECASE)
# Values that the sandbox keeps in fields which no client may see: canaries.
INTERNAL_VALUES = re.compile(r"\brollup-[a-z]|\bapp:[0-9a-f]{24}\b|\bcontrol-plane\b")
_EXPECTED_5XX = {501, 503}
# The database is away, or the request never became one: whose budget it would be is not known.
_NOBODYS = {408, 414, 431, 503}
# By this header a sandbox is asked to let a request go wrong.
_FAULT = "x-sandbox-fault"
MAX_ECHO = 300


class PromiseBroken(AssertionError):
    """An answer is not as every answer is to be."""


@cache
def internal_names() -> frozenset[str]:
    """Names of the fields that must never leave, where the build has left them."""
    file = BUILT / "internal-names.json"
    return frozenset(json.loads(file.read_bytes())) if file.is_file() else frozenset()


def check_promises(response: httpx.Response, contract: Contract) -> None:
    """Raises PromiseBroken where an answer lacks what every answer has, or has what none may have."""
    faults = [*_header_faults(response, contract), *_body_faults(response, contract)]
    request = response.request
    # A path that was written to the socket as it is, dots and all, is not what its URL would be.
    path = request.extensions.get("target", request.url.raw_path).decode("latin-1")
    unlisted = contract.reached.note(request.method, path, response.status_code, response.content)
    faults += [unlisted] if unlisted is not None else []
    if faults:
        told = "\n".join(f"- {fault}" for fault in faults)
        raise PromiseBroken(
            f"{request.method} {str(request.url)[:300]} answered {response.status_code}:\n{told}\n"
            f"{response.text[:600]}"
        )


def _header_faults(response: httpx.Response, contract: Contract) -> list[str]:
    status, headers = response.status_code, response.headers
    faults = []
    is_asked_for = _FAULT in response.request.headers
    if status >= 500 and status not in _EXPECTED_5XX and not is_asked_for:
        faults.append("a failure of the server")
    if not re.fullmatch(r"[!-~]{1,100}", headers.get("x-request-id", "")):
        faults.append("no X-Request-Id")
    if headers.get("x-contract-version") != contract.version:
        faults.append(f"X-Contract-Version is {headers.get('x-contract-version')}, not {contract.version}")
    if headers.get("cache-control") != "no-store":
        faults.append("Cache-Control is not no-store")
    needed = {401: ["www-authenticate"], 405: ["allow"], 429: ["retry-after"], 503: ["retry-after"]}
    faults += [f"no {name}" for name in needed.get(status, []) if name not in headers]
    is_unknown = status in _NOBODYS and not any(name in headers for name in _RATE_LIMIT)
    if status != 401 and not is_unknown:
        faults += _rate_limit_faults(headers)
    if "access-control-allow-origin" in headers:
        faults.append("an answer for browsers of other origins")
    return faults


def _rate_limit_faults(headers: httpx.Headers) -> list[str]:
    missing = [name for name in _RATE_LIMIT if name not in headers]
    if missing:
        return [f"no {', '.join(missing)}"]
    limit, remaining, reset = (headers[name] for name in _RATE_LIMIT[:3])
    if not (limit.isdigit() and remaining.isdigit() and reset.isdigit() and int(remaining) <= int(limit)):
        return [f"RateLimit headers {limit}, {remaining}, {reset} make no sense"]
    faults = []
    if headers["ratelimit"] != f'"default"; r={remaining}; t={reset}':
        faults.append("the two forms of the budget differ")
    if not re.fullmatch(rf'"default"; q={limit}; w=\d+; pk=:mkt:[^:]+:[^:]+:', headers["ratelimit-policy"]):
        faults.append(f"RateLimit-Policy is {headers['ratelimit-policy']}")
    return faults


def _body_faults(response: httpx.Response, contract: Contract) -> list[str]:
    if response.request.method == "HEAD" or response.status_code == 204:
        return [] if response.content == b"" else ["a body where none belongs"]
    if response.headers.get("content-type") != "application/json":
        return [f"Content-Type is {response.headers.get('content-type')}"]
    try:
        body = json.loads(response.content, parse_constant=_refuse)
    except ValueError as error:
        return [f"the body is not JSON: {error}"]
    faults = [f"the internal field {name}" for name in internal_names() if f'"{name}"' in response.text]
    faults += [f"the internal value {found}" for found in INTERNAL_VALUES.findall(response.text)]
    if re.search(r"[0-9][eE][+-]?[0-9]", re.sub(r'"(?:[^"\\]|\\.)*"', "", response.text)):
        faults.append("a number with an exponent")
    if response.status_code >= 400:
        faults += _envelope_faults(response.status_code, body, contract)
        if _TRACES.search(response.text):
            faults.append("words of the server's own code")
    return faults


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _envelope_faults(status: int, body: Any, contract: Contract) -> list[str]:
    if not isinstance(body, dict):
        return ["the body is no object"]
    error = body.get("error")
    # The refusal by plan has a shape of its own: clients branch on the type of `error`.
    code = error.get("code") if isinstance(error, dict) else error
    faults = []
    if status not in contract.codes.get(str(code), set()):
        faults.append(f"the code {str(code)[:100]} is not documented for {status}")
    if isinstance(error, dict):
        if body.get("success") is not False or status != 403:
            faults.append("the second shape of a refusal where it does not belong")
    elif not (isinstance(body.get("message"), str) and 0 < len(body["message"]) <= 1000):
        faults.append("no message")
    return faults
