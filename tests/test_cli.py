"""The command line, run as a person runs it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "mock_server"]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60)


def _is_one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


@contextmanager
def _served(*arguments: str) -> Iterator[str]:
    lines: list[str] = []
    with subprocess.Popen([*COMMAND, "serve", *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                if line.startswith("Stop with"):
                    break
            yield "".join(lines)
        finally:
            process.terminate()
            process.wait(20)


def _get(url: str, token: str) -> object:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_the_greeting_has_a_token_that_works_and_a_first_request(tmp_path: Path) -> None:
    with _served("--port", "0", "--data-dir", str(tmp_path)) as greeting:
        found = re.search(r"^export HB_TOKEN=(\S+)\nexport HB_ORG=(\S+) HB_ENT=(\S+)$", greeting, re.M)
        assert found is not None
        token, org, entity = found.groups()
        assert (org, entity) == ("org-veloma", "ent-veloma-pune")
        first = re.search(r'^curl .* "(http\S+)"$', greeting, re.M)
        assert first is not None
        url = first[1].replace("$HB_ORG", org).replace("$HB_ENT", entity)
        answer = _get(url, token)
        assert isinstance(answer, dict)
        assert len(answer["boms"]) == 1
        assert greeting.count("export HB_ORG=") == 4


def test_a_printed_token_works_with_the_sandbox_of_the_same_folder(tmp_path: Path) -> None:
    made = _run(
        "token",
        "--org",
        "org-veloma",
        "--entity",
        "ent-veloma-uk",
        "--scope",
        "bom:read",
        "--data-dir",
        str(tmp_path),
    )
    assert made.returncode == 0
    assert made.stderr == ""
    token = made.stdout.strip()
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token)
    with _served("--port", "0", "--data-dir", str(tmp_path)) as greeting:
        base = re.search(r"http://\S+/public/v1", greeting)
        assert base is not None
        me = _get(f"{base[0]}/me", token)
        assert isinstance(me, dict)
        assert (me["entity_ref_id"], me["scopes"]) == ("ent-veloma-uk", ["bom:read"])


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = _run("serve", "--ephemeral", "--port", str(port))
    assert refused.returncode != 0
    assert _is_one_sentence(refused.stderr)
    assert f"Port {port}" in refused.stderr


def test_a_data_folder_of_another_process_is_one_sentence(tmp_path: Path) -> None:
    with _served("--port", "0", "--data-dir", str(tmp_path)):
        refused = _run("serve", "--port", "0", "--data-dir", str(tmp_path))
    assert refused.returncode != 0
    assert _is_one_sentence(refused.stderr)
    assert "in use by another process" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--colour", "red"),
        ("serve", "--stage", "tomorrow"),
        ("serve", "--rate-limit", "many"),
        ("serve", "--clock", "noon"),
        ("serve", "--port", "99999"),
        ("serve", "--ephemeral", "--data-dir", "x"),
        ("serve", "--host", "no.such.host.invalid"),
        ("token", "--org", "org-veloma"),
        ("token", "--org", "org-veloma", "--entity", "nowhere"),
        ("token", "--org", "org-veloma", "--entity", "ent-veloma-uk", "--scope", "boms"),
        ("token", "--org", "org-veloma", "--entity", "ent-veloma-uk", "--expires", "soon"),
        ("bake",),
    ],
    ids=" ".join,
)
def test_wrong_options_are_one_sentence_and_a_non_zero_exit(arguments: tuple[str, ...]) -> None:
    refused = _run(*arguments)
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert _is_one_sentence(refused.stderr), refused.stderr


def test_a_sandbox_that_is_stopped_while_it_greets_closes_its_file(tmp_path: Path) -> None:
    script = (
        "import os, signal; from mock_server import cli, server; "
        "server._greeting = lambda *its: os.kill(os.getpid(), signal.SIGTERM); cli.main()"
    )
    options = ["serve", "--port", "0", "--data-dir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", script, *options], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGTERM, "", "")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["sandbox.db", "signing-key"]
