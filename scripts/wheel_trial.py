"""Builds the wheel, installs it where nothing else is, and uses it as a person does, far from a checkout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from contract_tests.kit import process as kit
from scripts.checks import Report
from scripts.contract import PROJECT

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
ORG, ENTITY = "org-veloma", "ent-veloma-pune"
DATA = ["sandbox.db", "signing-key"]
_SECONDS = 60
_SDIST = "import sys; from scripts.backend import build_sdist; build_sdist(sys.argv[1])"
# Without ensurepip, which some systems package apart, a Python makes no environment.
_VERSION = "import ensurepip, sys; print('{}.{}'.format(*sys.version_info))"


class Fault(Exception):
    """What does not work; the text says it."""


def main() -> int:
    """The command `scripts/wheel`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            wheel = build(folder)
        except Fault as fault:
            print(Report("wheel", [str(fault)]))
            return 1
        print(Report(f"wheel {wheel.name}"), flush=True)
        reports = []
        for version, command in chosen().items():
            reports.append(trial(version, command, wheel, folder / version))
            print(reports[-1], flush=True)
    return 1 if all(report.skipped for report in reports) or any(report.faults for report in reports) else 0


def build(folder: Path) -> Path:
    """The wheel, which pip builds from the source distribution: nothing else of the checkout is there."""
    run([sys.executable, "-c", _SDIST, str(folder)], PROJECT)
    (packed,) = folder.glob("*.tar.gz")
    run([sys.executable, "-m", "pip", "wheel", "--no-deps", f"--wheel-dir={folder}", str(packed)], folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def chosen() -> dict[str, str | None]:
    """The commands of the oldest Python and of the newest that is here; None for those that are not."""
    found = {version: interpreter(version) for version in VERSIONS}
    here = [version for version in VERSIONS if found[version] is not None]
    newest = VERSIONS.index(here[-1]) if here else 0
    return {version: found[version] for version in dict.fromkeys((VERSIONS[0], *VERSIONS[newest:]))}


def interpreter(version: str) -> str | None:
    """The command of a Python of this version that works here, if there is one."""
    for command in (sys.executable, f"python{version}"):
        try:
            done = subprocess.run([command, "-c", _VERSION], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if done.stdout.strip() == version:
            return command
    return None


def trial(version: str, command: str | None, wheel: Path, folder: Path) -> Report:
    """Installs the wheel with one Python and uses it in a folder of its own."""
    step = f"Python {version}"
    if command is None:
        return Report(step, skipped="It is not here.")
    try:
        commands = install(command, wheel, folder / "environment")
        before = contents(commands.parent)
        for has_data_here in (False, True):
            use(Person.new(commands, folder / f"person-{has_data_here}", has_data_here), wheel)
        changed = sorted(before.items() ^ contents(commands.parent).items())
    except Fault as fault:
        return Report(step, [str(fault)])
    return Report(step, [f"written beside the code: {name}" for name, _ in changed])


def install(python: str, wheel: Path, folder: Path) -> Path:
    """An environment with the wheel and what it needs, as locked; the folder of its commands."""
    run([python, "-m", "venv", str(folder)], wheel.parent)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", str(PROJECT / "requirements" / "serve.txt")], wheel.parent)
    run([*pip, "--no-deps", str(wheel)], wheel.parent)
    return folder / "bin"


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file of a folder; what Python compiles for itself aside."""
    files = [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    """What a command says; one that fails is a fault."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join(f"{done.stdout}{done.stderr}".splitlines()[-20:])
        raise Fault(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
    return done.stdout


@dataclass(frozen=True)
class Person:
    """Somebody with a home who works in a folder, and has the commands installed."""

    commands: Path
    home: Path
    work: Path

    @classmethod
    def new(cls, commands: Path, folder: Path, has_data_here: bool) -> Person:
        """Somebody new, who may have made a `.sandbox` in the folder of the work."""
        person = cls(commands, folder / "home", folder / "work")
        person.home.mkdir(parents=True)
        person.work.mkdir()
        if has_data_here:
            (person.work / ".sandbox").mkdir()
        return person

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead to nothing of whoever runs the trial."""
        foreign = ("PYTHON", "XDG_", "HELLOBOOKS_", "VIRTUAL_ENV", "CHECK")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {**kept, "HOME": str(self.home)}

    def command(self, *arguments: str) -> list[str]:
        """A command line of `hellobooks-sandbox`."""
        return [str(self.commands / "hellobooks-sandbox"), *arguments]


def use(person: Person, wheel: Path) -> None:
    """Asks for the version, serves, makes a token, reads with it, stops, and looks where the data is."""
    before = sorted(person.work.iterdir())
    version = wheel.name.split("-")[1]
    shown = run(person.command("--version"), person.work, person.environment).strip()
    if shown != f"hellobooks-sandbox {version}":
        raise Fault(f"--version shows {shown!r}, not {version}.")
    with served(person) as origin:
        made = person.command("token", "--org", ORG, "--entity", ENTITY)
        token = run(made, person.work, person.environment).strip()
        boms = json.loads(get(f"{origin}/public/v1/orgs/{ORG}/entities/{ENTITY}/boms?limit=1", token))
        if len(boms["boms"]) != 1:
            raise Fault(f"The list of BOMs holds {len(boms['boms'])} of the seed's, not 1.")
        for page in ("/", "/reference", "/openapi.yaml", "/openapi-3.0.json"):
            get(f"{origin}{page}", token)
    folder = person.work if before else person.home
    places = [file.parent for file in folder.rglob(DATA[0])]
    if [sorted(file.name for file in place.iterdir()) for place in places] != [DATA]:
        raise Fault(f"The data is not in {folder}, or not complete: {[str(place) for place in places]}.")
    if sorted(person.work.iterdir()) != before:
        raise Fault(f"Something was left in the working directory: {sorted(person.work.iterdir())}.")


def get(url: str, token: str) -> Any:
    """The body of an answer to a GET; any status but 200 is a fault."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return answer.read()
    except OSError as error:
        raise Fault(f"GET {url}: {error}") from error


@contextmanager
def served(person: Person) -> Iterator[str]:
    """The origin of a sandbox that has greeted; it must end when it is told to, without a complaint."""
    with tempfile.TemporaryFile("w+") as log:
        with subprocess.Popen(
            person.command("serve", "--port", "0"),
            cwd=person.work,
            env=person.environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process:
            watch = threading.Timer(_SECONDS, process.kill)
            watch.start()
            try:
                yield _origin(process)
                process.terminate()
                process.wait()
            except Fault as fault:
                raise Fault(f"{fault}\n{_said(log)}") from fault
            finally:
                watch.cancel()
                process.kill()
        if (said := _said(log)) or process.returncode != 128 + signal.SIGTERM:
            raise Fault(f"The server ended with {process.returncode}.\n{said}")


def _said(log: IO[str]) -> str:
    log.seek(0)
    return log.read()[-3000:]


def _origin(started: subprocess.Popen[str]) -> str:
    assert started.stdout is not None
    greeting = ""
    for line in started.stdout:
        greeting += line
        if line.strip() == kit.LAST_LINE:
            break
    try:
        return kit.read_greeting(greeting).origin
    except kit.SandboxError as error:
        raise Fault(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
