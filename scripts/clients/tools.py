"""Where the tools live, apart from the project and with locks of their own, and how they are run."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.contract import PROJECT

FOLDER = PROJECT / ".clients"
LOCK = PROJECT / "requirements" / "clients.txt"
NODE_FILES = PROJECT / "scripts" / "clients" / "node"


class Failed(Exception):
    """A tool did not do what it was asked to; the text is its output."""


class Absent(Exception):
    """A tool cannot be had on this machine; the text says why, in plain words."""


@dataclass(frozen=True)
class Outcome:
    """What a proof found: nothing where it holds, or why it was left out."""

    proof: str
    faults: list[str] = field(default_factory=list)
    note: str = ""
    skipped: str = ""

    def __str__(self) -> str:
        if self.skipped:
            return f"skipped  {self.proof}: {self.skipped}"
        first = f"{'faulty' if self.faults else 'ok':9}{self.proof}" + (f": {self.note}" if self.note else "")
        return "\n".join([first, *(f"  {fault}" for fault in self.faults)])


def run(command: list[str], folder: Path, more: Mapping[str, str] | None = None) -> str:
    """The output of a command, errors in it; Failed where it fails."""
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONWARNINGS": "ignore", **(more or {})}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{Path(command[0]).name} ends with {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


def python_tool(name: str, lock: Path = LOCK) -> str:
    """A command of the Python environment of the tools, or of another lock's, made where the lock is new."""
    place = FOLDER / ("python" if lock == LOCK else lock.stem)
    stamp = place / ".installed"
    wanted = _digest(lock)
    if not stamp.is_file() or stamp.read_text() != wanted:
        shutil.rmtree(place, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(place)], PROJECT)
        pip = [
            str(place / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        run([*pip, "--require-hashes", "-r", str(lock)], PROJECT)
        stamp.write_text(wanted)
    return str(place / "bin" / name)


def node_folder() -> Path:
    """The folder with the installed tools of Node and the files that use them; Absent without Node."""
    if shutil.which("npm") is None:
        raise Absent("Node.js is not here. It runs in CI.")
    place = FOLDER / "node"
    place.mkdir(parents=True, exist_ok=True)
    for file in NODE_FILES.iterdir():
        shutil.copy(file, place / file.name)
    stamp = place / "node_modules" / ".installed"
    wanted = _digest(NODE_FILES / "package-lock.json")
    if not stamp.is_file() or stamp.read_text() != wanted:
        run(["npm", "ci", "--no-audit", "--no-fund"], place)
        stamp.write_text(wanted)
    return place


def fresh(name: str) -> Path:
    """An empty folder for what a tool writes."""
    place = FOLDER / "out" / name
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _digest(file: Path) -> str:
    return hashlib.blake2b(file.read_bytes(), digest_size=20).hexdigest()
