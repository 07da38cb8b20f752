"""Exchanges as a test for pytest, which needs nothing but the standard library."""

from __future__ import annotations

import json

from mock_server.contract import pythonic
from mock_server.exchanges.exchange import Exchange
from mock_server.exchanges.stories import KEY, Step, story_of

_HEAD = '''"""{count} of a HelloBooks sandbox, in their order, each answered as it was then.

HB_URL says where the sandbox is, HB_TOKEN who asks. It should be as the other was before the first request.
"""

import json
import os
import secrets
import urllib.error
import urllib.request

URL = os.environ.get("HB_URL", "http://127.0.0.1:8080")
TOKEN = os.environ.get("HB_TOKEN", "")
# Keys are new in each run, and repeats within it are repeats.
RUN = secrets.token_hex(4)
# Ids as they were then, and as they are in this run.
IDS = {{}}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))


def known(text):
    for then, now in IDS.items():
        text = text.replace(then, now)
    return text


def ask(method, target, headers, body=None):
    if isinstance(body, str):
        body = known(body).encode()
    request = urllib.request.Request(URL + known(target), body, headers, method=method)
    try:
        answer = OPENER.open(request)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        content = answer.read()
    return answer.status, json.loads(content) if content else None
'''


def pytest_of(exchanges: list[Exchange]) -> bytes:
    """A module of tests that are run in their order."""
    steps = story_of(exchanges)
    count = "One request" if len(steps) == 1 else f"{len(steps)} requests"
    return "".join([_HEAD.format(count=count), *(_test(step) for step in steps)]).encode()


def _test(step: Step) -> str:
    exchange = step.exchange
    name = pythonic(exchange.operation) if exchange.operation else exchange.method.lower()
    arguments = [json.dumps(exchange.method), _text(step.target), _headers(step)]
    if exchange.body:
        arguments.append(_body(exchange.body))
    listed = "".join(f"        {argument},\n" for argument in arguments)
    lines = [f"status, answer = ask(\n{listed}    )"]
    lines.append(f"assert status == {exchange.status}, answer")
    if exchange.code and exchange.method != "HEAD":
        lines.append('error = answer["error"]')
        code = 'error["code"] if isinstance(error, dict) else error'
        lines.append(f"assert ({code}) == {_text(exchange.code)}")
    if step.made is not None:
        lines.append(f'IDS[{_text(step.made)}] = answer["id"]')
    return f"\n\ndef test_{step.number:03d}_{name}():\n    " + "\n    ".join(lines) + "\n"


def _headers(step: Step) -> str:
    parts = []
    if step.is_authorized:
        parts.append('"Authorization": f"Bearer {TOKEN}"')
    elif step.has_bad_token:
        parts.append('"Authorization": "Bearer ***"')
    for name, value in step.headers:
        text = f'f"{{RUN}}-" + {_text(value)}' if name == KEY else _text(value)
        parts.append(f"{_text(name)}: {text}")
    return "{" + ", ".join(parts) + "}"


def _body(body: bytes) -> str:
    try:
        return _text(body.decode())
    except UnicodeDecodeError:
        return repr(body)


def _text(value: str) -> str:
    """A text as Python reads it back, in double quotation marks where that is plain."""
    written = repr(value)
    return f'"{value}"' if written == f"'{value}'" and '"' not in value else written
