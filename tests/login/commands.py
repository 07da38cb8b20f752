"""Commands in processes of their own, with what a user's environment has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from contract_tests.kit import PROJECT

COMMAND = [sys.executable, "-m", "mock_server"]
_OWN = ("HB_URL", "HB_TOKEN", "HB_ORG", "HB_ENT", "HELLOBOOKS_ADMIN_TOKEN_FILE")


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    rest = {name: value for name, value in os.environ.items() if name not in _OWN}
    return {**rest, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1", **more}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=120, env=_environment(variables)
    )


@contextmanager
def running(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(variables),
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence with which a command gives up; it has printed nothing else."""
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.strip().splitlines()
    return line
