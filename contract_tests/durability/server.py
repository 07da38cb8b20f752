"""A sandbox on a data folder, in a process that may be killed or refused what it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.kit import BASE_PATH, PROJECT, Target, process

DATA_FILE = "sandbox.db"
_SECONDS = 60
Prepare = Callable[[], None]


def command(folder: Path, *options: str) -> list[str]:
    """The command that serves the folder on a free port."""
    place = ("--data-dir", str(folder), "--port", "0", "--rate-limit", "off")
    return [sys.executable, "-m", "mock_server", "serve", *place, *options]


def _environment() -> dict[str, str]:
    return {**os.environ, "CHECK": "all", "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}


class Server:
    """A running sandbox."""

    def __init__(self, folder: Path, *options: str, prepare: Prepare | None = None) -> None:
        """Starts it; `prepare` runs in its process before anything else."""
        self._log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command(folder, *options),
            cwd=PROJECT,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            preexec_fn=prepare,
        )
        timer = threading.Timer(_SECONDS, self.process.kill)
        timer.start()
        try:
            greeting = self._greeting()
        finally:
            timer.cancel()
        self.target = Target(
            url=greeting.origin + BASE_PATH,
            tenant=greeting.tenant,
            control=greeting.control,
            is_own=True,
        )

    def _greeting(self) -> process.Greeting:
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.strip() == process.LAST_LINE:
                return process.read_greeting("".join(lines))
        self.process.wait()
        raise process.SandboxError(f"The sandbox did not start:\n{''.join(lines)}{self.told()}")

    def told(self) -> str:
        """What it has written to stderr."""
        self._log.seek(0)
        return self._log.read()

    def kill(self) -> None:
        """Ends it between two instructions (SIGKILL)."""
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        """Ends it as a person does, and looks through what it told."""
        self.process.terminate()
        self._gone()

    def _gone(self) -> None:
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        told = self.told()
        self._log.close()
        assert "Traceback" not in told, told[-3000:]


@contextmanager
def serving(folder: Path, *options: str, prepare: Prepare | None = None) -> Iterator[Server]:
    """A sandbox that is stopped at the end."""
    server = Server(folder, *options, prepare=prepare)
    try:
        yield server
    finally:
        server.stop()


def refusal(folder: Path, *options: str, prepare: Prepare | None = None) -> str:
    """What a sandbox says that does not start; it must end by itself, without a word on stdout."""
    done = subprocess.run(
        command(folder, *options),
        cwd=PROJECT,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        preexec_fn=prepare,
    )
    assert done.returncode not in (0, None), done.stdout
    assert done.returncode > 0, f"ended by signal {-done.returncode}"
    assert done.stdout == ""
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def sentence(text: str) -> str:
    """The text, which must be a single plain sentence."""
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert lines[0].endswith("."), text
    return lines[0]


def seeded(folder: Path, *options: str) -> Any:
    """Fills a folder with the seed and ends the sandbox."""
    with serving(folder, *options):
        pass
