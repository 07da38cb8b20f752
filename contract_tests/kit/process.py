"""Starts a sandbox with the project's own command; nothing of it is imported."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import IO

import httpx

from contract_tests.kit.contract import PROJECT
from contract_tests.kit.control import Control
from contract_tests.kit.database import database_server, new_schema
from contract_tests.kit.promises import INTERNAL_VALUES
from contract_tests.kit.target import BASE_PATH, Target, Tenant

PINNED = "2026-06-15T06:30:00Z"
LAST_LINE = "Stop with Ctrl-C."
_SECONDS = 60
_TOKEN = re.compile(r"export HB_TOKEN=(\S+)")
_PLACE = re.compile(r"export HB_ORG=(\S+) HB_ENT=(\S+)")


class SandboxError(RuntimeError):
    """The sandbox did not start."""


@dataclass(frozen=True)
class Greeting:
    """What a sandbox says when it is ready: its address, and a token of its first entity."""

    origin: str
    tenant: Tenant

    @property
    def control(self) -> str:
        """The address of its control plane."""
        return f"{self.origin}/_sandbox/v1"

    def others(self) -> list[Tenant]:
        """Every other entity, each with a token that the control plane gives."""
        with httpx.Client(timeout=_SECONDS, trust_env=False) as http:
            control = Control(self.control, http)
            found = [Tenant(each["org_ref_id"], each["entity_ref_id"], "") for each in control.entities()]
            mine = (self.tenant.org, self.tenant.entity)
            return [
                replace(each, token=control.token(each)) for each in found if (each.org, each.entity) != mine
            ]


def read_greeting(text: str) -> Greeting:
    """Reads the greeting of `hellobooks-sandbox serve`."""
    address = re.search(r"https?://[^\s/]+", text)
    token, place = _TOKEN.search(text), _PLACE.search(text)
    if address is None or token is None or place is None:
        raise SandboxError(f"The sandbox's greeting names no address or no token:\n{text}")
    return Greeting(address.group(), Tenant(place[1], place[2], token[1]))


@dataclass(frozen=True)
class Running:
    """A sandbox and its process."""

    target: Target
    process: subprocess.Popen[str]


@contextmanager
def sandbox(
    *,
    rate_limit: str | None = "off",
    stage: str = "preview",
    clock: str | None = PINNED,
    database: str | None = None,
    options: Sequence[str] = (),
) -> Iterator[Target]:
    """A seeded sandbox that checks every answer it gives; gone at the end.

    Without `rate_limit` the contract's own limit is in force. Its data is in `database`, else in a PostgreSQL
    schema of its own where SANDBOX_DATABASE names a server, else in memory. `options` are further ones of
    the command.
    """
    with running(
        rate_limit=rate_limit, stage=stage, clock=clock, database=database, options=options
    ) as started:
        yield started.target


@contextmanager
def running(
    *,
    rate_limit: str | None = "off",
    stage: str = "preview",
    clock: str | None = PINNED,
    database: str | None = None,
    limits: str = "",
    options: Sequence[str] = (),
) -> Iterator[Running]:
    """The same with its process; `limits` are those of its connections, such as `head_seconds=1`."""
    with ExitStack() as opened:
        if database is None and (server := database_server()) is not None:
            database = opened.enter_context(new_schema(server))
        yield from _running(rate_limit, stage, clock, database, limits, options)


def _running(
    rate_limit: str | None,
    stage: str,
    clock: str | None,
    database: str | None,
    limits: str,
    options: Sequence[str],
) -> Iterator[Running]:
    place = ["--ephemeral"] if database is None else ["--database", database]
    if "--data-dir" in options:
        place = []
    # SANDBOX_COMMAND names another module with the same command line, such as one that compares two servers.
    module = os.environ.get("SANDBOX_COMMAND", "mock_server")
    command = [sys.executable, "-m", module, "serve", *place, "--port", "0", "--stage", stage, *options]
    for option, value in (("--rate-limit", rate_limit), ("--clock", clock)):
        if value is not None:
            command += [option, value]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={
                **os.environ,
                "CHECK": "all",
                "PYTHONPATH": str(PROJECT),
                "PYTHONUNBUFFERED": "1",
                "HELLOBOOKS_LIMITS": limits,
            },
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            greeting = read_greeting(_output(process, log))
            target = Target(
                url=greeting.origin + BASE_PATH,
                tenant=greeting.tenant,
                control=greeting.control,
                stage="live" if stage == "today" else "preview",
                is_own=True,
                others=greeting.others(),
            )
            yield Running(target, process)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        log.seek(0)
        told = log.read()
        if "Traceback" in told or INTERNAL_VALUES.search(told):
            raise SandboxError(f"The sandbox logged a failure, or what nobody may see:\n{told[-3000:]}")


def _output(process: subprocess.Popen[str], log: IO[str]) -> str:
    assert process.stdout is not None
    timer = threading.Timer(_SECONDS, process.kill)
    timer.start()
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if line.strip() == LAST_LINE:
                return "".join(lines)
    finally:
        timer.cancel()
    process.wait()
    log.seek(0)
    raise SandboxError(f"The sandbox did not start:\n{''.join(lines)}{log.read()}")
