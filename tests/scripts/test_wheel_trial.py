"""The trial of the wheel finds what would spoil an installation."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from mock_server.settings import PACKAGE
from scripts import wheel_trial
from scripts.contract import PROJECT
from scripts.wheel_trial import Fault, Person, chosen, interpreter, run, trial, use

WHEEL = Path(f"sandbox-{version(PACKAGE)}-py3-none-any.whl")
SANDBOX = f'PYTHONPATH="{PROJECT}" exec "{sys.executable}" -m mock_server "$@"'


def _person(folder: Path, script: str, has_data_here: bool = False) -> Person:
    """Somebody whose command is a script."""
    command = folder / "bin" / "hellobooks-sandbox"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return Person.new(command.parent, folder / "person", has_data_here)


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (["3.11"], {"3.11": "x", "3.12": None, "3.13": None, "3.14": None}),
        (["3.11", "3.12", "3.13"], {"3.11": "x", "3.13": "x", "3.14": None}),
        (["3.13", "3.14"], {"3.11": None, "3.14": "x"}),
        ([], {"3.11": None, "3.12": None, "3.13": None, "3.14": None}),
    ],
)
def test_the_oldest_and_the_newest_python_are_tried(
    here: list[str], expected: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheel_trial, "interpreter", lambda version: "x" if version in here else None)
    assert chosen() == expected


def test_a_python_is_found_by_what_it_says_of_itself() -> None:
    assert interpreter("{}.{}".format(*sys.version_info)) == sys.executable
    assert interpreter("2.0") is None


def test_a_python_that_is_not_here_is_skipped_in_words(tmp_path: Path) -> None:
    assert str(trial("3.14", None, WHEEL, tmp_path)) == "skipped  Python 3.14: It is not here."


def test_a_command_that_fails_tells_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"ended with 3:\nno, not so"):
        run(["sh", "-c", "echo no, not so >&2; exit 3"], tmp_path)


def test_a_file_that_is_written_beside_the_code_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(python: str, wheel: Path, folder: Path) -> Path:
        (folder / "bin").mkdir(parents=True)
        return folder / "bin"

    monkeypatch.setattr(wheel_trial, "install", install)
    monkeypatch.setattr(wheel_trial, "use", lambda person, wheel: (person.commands / "x.db").touch())
    (fault,) = trial("3.11", "x", WHEEL, tmp_path).faults
    assert fault == f"written beside the code: {tmp_path / 'environment' / 'bin' / 'x.db'}"


@pytest.mark.parametrize("has_data_here", [True, False], ids=["here", "of the user"])
def test_a_sandbox_without_a_fault_passes(tmp_path: Path, has_data_here: bool) -> None:
    use(_person(tmp_path, SANDBOX, has_data_here), WHEEL)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo hellobooks-sandbox 0", "--version shows 'hellobooks-sandbox 0', not "),
        (f"touch left; {SANDBOX}", "Something was left in the working directory"),
        (f'[ "$1" != serve ] || set -- "$@" --data-dir ../far\n{SANDBOX}', "401"),
        (f'[ "$1" != serve ] || exit 4\n{SANDBOX}', "names no address"),
        (f'[ "$1" != serve ] || echo woe >&2\n{SANDBOX}', "woe"),
    ],
    ids=["version", "litter", "another place", "no start", "complaint"],
)
def test_a_planted_fault_is_found(script: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(Fault, match=told):
        use(_person(tmp_path, script), WHEEL)
