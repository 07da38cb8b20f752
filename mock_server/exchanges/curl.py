"""Exchanges as commands of curl, one after the other in a shell."""

from __future__ import annotations

import base64

from mock_server.exchanges.exchange import Exchange
from mock_server.exchanges.stories import Step, replaced, story_of

# What one argument of a command may be long; longer bodies go through a pipe.
_MAX_ARGUMENT = 100_000
_HEAD = """#!/bin/sh
# {count} of a HelloBooks sandbox, oldest first. HB_URL says where it is, HB_TOKEN who asks.
: "${{HB_URL:=http://127.0.0.1:8080}}"
"""
_TOKEN = ': "${HB_TOKEN:?is not set}"\n'
_ID = 'id{number}=$(printf \'%s\' "$answer" | grep -o \'"id":"[^"]*"\' | head -n 1 | cut -d \'"\' -f 4)'


def curl_of(exchanges: list[Exchange]) -> bytes:
    """A shell script; ids that an earlier answer gave are taken from it."""
    steps = story_of(exchanges)
    count = "One request" if len(steps) == 1 else f"{len(steps)} requests"
    parts = [_HEAD.format(count=count)]
    if any(step.is_authorized for step in steps):
        parts.append(_TOKEN)
    known: dict[str, str] = {}
    for step in steps:
        parts.append(f"\n# {step.number}. {step.title}\n{_command(step, known)}\n")
        if step.made is not None:
            known[step.made] = f'"$id{step.number}"'
    return "".join(parts).encode()


def _command(step: Step, known: dict[str, str]) -> str:
    exchange = step.exchange
    words = ["curl -sS"]
    # HEAD has an option of its own: with -X curl waits for a body.
    words.append("-I" if exchange.method == "HEAD" else f"-X {exchange.method}")
    words.append('"$HB_URL"' + replaced(step.target, known, _quoted))
    if step.is_authorized:
        words.append('-H "Authorization: Bearer $HB_TOKEN"')
    elif step.has_bad_token:
        words.append("-H 'Authorization: Bearer ***'")
    words += [f"-H {replaced(f'{name}: {value}', known, _quoted)}" for name, value in step.headers]
    body, before = exchange.body, ""
    if body:
        text = _plain(body)
        if text is None:
            before = f"printf '%s' '{base64.b64encode(body).decode()}' | base64 -d | "
            words.append("--data-binary @-")
        else:
            words.append(f"--data-binary {replaced(text, known, _quoted)}")
        if "content-type" not in dict(step.headers):
            words.append("-H 'Content-Type:'")
    command = before + " \\\n  ".join(words)
    if step.made is None:
        return f"{command}\necho"
    return f"answer=$({command})\nprintf '%s\\n' \"$answer\"\n{_ID.format(number=step.number)}"


def _plain(body: bytes) -> str | None:
    """A body that can be an argument; None for others."""
    if len(body) > _MAX_ARGUMENT or b"\0" in body or body.startswith(b"@"):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
