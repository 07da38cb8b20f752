"""Exchanges as HAR 1.2, which browsers and proxies read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from mock_server.exchanges.exchange import Exchange
from mock_server.exchanges.shown import summary
from mock_server.exchanges.stories import target_of
from mock_server.wire import dumps

_CREATOR = "hellobooks-sandbox"


def har_of(exchanges: list[Exchange], version: str) -> bytes:
    """One log with an entry for each exchange."""
    log = {
        "version": "1.2",
        "creator": {"name": _CREATOR, "version": version},
        "entries": [_entry(each) for each in exchanges],
    }
    return dumps({"log": log})


def _entry(exchange: Exchange) -> dict[str, Any]:
    shown = summary(exchange)
    return {
        "startedDateTime": shown["at"],
        "time": shown["duration_ms"],
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": shown["duration_ms"], "receive": 0},
        "comment": f"{exchange.operation or 'no operation'}, {exchange.id}",
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    headers = exchange.sent_headers
    query = parse_qsl(exchange.query.decode("latin-1"), keep_blank_values=True, max_num_fields=10_000)
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": f"{origin_of(exchange)}{target_of(exchange)}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": len(exchange.body or b""),
    }
    if exchange.body:
        kind = dict(headers).get("content-type", "")
        request["postData"] = {"mimeType": kind, "text": exchange.text}
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    headers = exchange.answer_headers
    kind = dict(headers).get("content-type", "")
    size = 0 if exchange.method == "HEAD" else len(exchange.answer)
    content: dict[str, Any] = {"size": size, "mimeType": kind}
    if size:
        content["text"] = exchange.answer.decode("utf-8", "replace")
    return {
        "status": exchange.status,
        "statusText": HTTPStatus(exchange.status).phrase,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": size,
    }


def origin_of(exchange: Exchange) -> str:
    """Where a request was sent, as its Host header says."""
    return f"http://{dict(exchange.sent_headers).get('host') or '127.0.0.1:8080'}"


def _pairs(values: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values]
