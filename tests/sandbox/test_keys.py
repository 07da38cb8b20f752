"""The signing key: made once, whole, and for its owner alone; and the files beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.signing_key import KEY_FILE, KeyFileError, signing_key

_PROCESSES = 12
_MAKE = (
    "import sys; from pathlib import Path; from mock_server.signing_key import signing_key; "
    "print('ready', flush=True); sys.stdin.readline(); print(signing_key(Path(sys.argv[1])).hex())"
)


def _mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


def test_of_many_processes_that_start_at_once_all_have_the_same_key(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _MAKE, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(_PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    keys = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert [len(key) for key in keys] == [64]
    assert keys == {(folder / KEY_FILE).read_text()}
    assert [file.name for file in folder.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize(
    "text", ["", "\n", "ab" * 31, "ab" * 16, "no hex at all " * 8, "\xff" * 80, "a" * 65]
)
def test_a_file_without_a_whole_key_is_one_sentence_and_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / KEY_FILE
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(KeyFileError) as told:
        signing_key(tmp_path)
    assert str(file) in str(told.value)
    assert "\n" not in str(told.value)
    assert file.read_bytes() == text.encode("latin-1")


def test_a_longer_key_is_taken(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("ab" * 40 + "\n")
    assert signing_key(tmp_path) == b"\xab" * 40


def test_folder_data_log_and_key_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    sandbox = Sandbox(Settings(folder))
    assert _mode(folder) == 0o700
    files = {file.name: _mode(file) for file in folder.iterdir()}
    assert files == dict.fromkeys(("sandbox.db", "sandbox.db-wal", KEY_FILE), 0o600)
    sandbox.close()


def test_files_that_others_could_read_are_closed_to_them(tmp_path: Path) -> None:
    Sandbox(Settings(tmp_path)).close()
    for file in tmp_path.iterdir():
        file.chmod(0o644)
    sandbox = Sandbox(Settings(tmp_path))
    assert {_mode(file) for file in tmp_path.iterdir()} == {0o600}
    sandbox.close()
    for file in tmp_path.iterdir():
        file.chmod(0o644)
    sandbox = Sandbox(Settings(tmp_path, is_reset=True))
    assert sandbox.kept is not None
    assert {_mode(file) for file in tmp_path.iterdir()} == {0o600}
    sandbox.close()


@pytest.mark.parametrize(
    "name", ["q?x#y", "a%20b", "file:x?mode=memory", ":memory:", "ü x", "a;b&c=d", "'\""]
)
def test_a_data_folder_may_have_any_name(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Sandbox(Settings(Path(name))).close()
    assert sorted(file.name for file in (tmp_path / name).iterdir()) == ["sandbox.db", KEY_FILE]
    assert [file.name for file in tmp_path.iterdir()] == [name]
    sandbox = Sandbox(Settings(Path(name)))
    assert sandbox.kept is None
    sandbox.close()
