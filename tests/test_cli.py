"""The command line, run as a person runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mock_server import cli

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "mock_server"]
TOKEN = ("token", "--org", "org-veloma", "--entity", "ent-veloma-uk")


def _run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, **options)


def _elsewhere(folder: Path) -> dict[str, Any]:
    """Options of a process that works in a folder far from the checkout, of a user whose home is in it."""
    return {"cwd": folder, "env": {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder / "home")}}


def _is_one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


@contextmanager
def _served(*arguments: str, environment: dict[str, str] | None = None, **options: Any) -> Iterator[str]:
    lines: list[str] = []
    command = [*COMMAND, "serve", *arguments]
    options.setdefault("env", {**os.environ, **(environment or {})})
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as process:
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
        assert greeting.count(token) == greeting.count("HB_TOKEN=") == 1
        assert greeting.count("=eyJ") == 1
        assert len(greeting.splitlines()) <= 20


def test_a_printed_token_works_with_the_sandbox_of_the_same_folder(tmp_path: Path) -> None:
    made = _run(*TOKEN, "--scope", "bom:read", "--data-dir", str(tmp_path))
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


@pytest.mark.parametrize("has_data_here", [True, False], ids=["here", "of the user"])
def test_server_and_token_agree_on_the_place_of_the_data_and_the_greeting_names_it(
    tmp_path: Path, has_data_here: bool
) -> None:
    if has_data_here:
        (tmp_path / ".sandbox").mkdir()
    with _served("--port", "0", **_elsewhere(tmp_path)) as greeting:
        place = Path(greeting.splitlines()[3].removesuffix("the data").strip())
        assert sorted(file.name for file in place.iterdir() if not file.name.endswith(("-wal", "-shm"))) == [
            "sandbox.db",
            "signing-key",
        ]
        token = _run(*TOKEN, **_elsewhere(tmp_path)).stdout.strip()
        base = re.search(r"http://\S+/public/v1", greeting)
        assert base is not None
        assert isinstance(_get(f"{base[0]}/me", token), dict)
    assert [file.name for file in tmp_path.iterdir()] == [".sandbox" if has_data_here else "home"]
    assert place.is_relative_to(tmp_path)


def test_a_sandbox_in_memory_names_no_place(tmp_path: Path) -> None:
    with _served("--port", "0", "--ephemeral", **_elsewhere(tmp_path)) as greeting:
        assert "the data" not in greeting


@pytest.mark.parametrize("name", ["no-such-folder", "other"])
def test_a_token_for_a_folder_without_a_sandbox_is_refused_and_makes_nothing(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").touch()
    refused = _run(*TOKEN, "--data-dir", str(tmp_path / name))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert _is_one_sentence(refused.stderr)
    assert f"{tmp_path / name} is no data folder" in refused.stderr
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "other", tmp_path / "other" / "letter.txt"]


def test_a_token_is_made_without_loading_what_serves(tmp_path: Path) -> None:
    script = (
        "import sys; from mock_server import cli\n"
        "try: cli.main()\n"
        "finally: print(*({'connexion', 'sqlalchemy', 'asyncpg', 'uvicorn', 'flask'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, *TOKEN, "--data-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert len(done.stdout.split()) == 1, done.stdout


def test_the_version_is_that_of_the_package() -> None:
    shown = _run("--version")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == f"hellobooks-sandbox {version('hellobooks-manufacturing-sandbox')}\n"


@pytest.mark.parametrize("arguments", [("serve", "--ephemeral"), TOKEN], ids=["serve", "token"])
def test_where_no_contract_is_built_one_sentence_says_what_to_do(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "BUILT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["hellobooks-sandbox", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert _is_one_sentence(told)
    assert "scripts/build" in told


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
        ("serve", "--clock", "0001-01-01T00:00:00+14:00"),
        ("serve", "--clock", "9999-12-31T23:59:59-14:00"),
        ("serve", "--clock", "9999-12-31"),
        ("serve", "--clock", "1969-12-31T23:59:59Z"),
        *(
            ("serve", "--port", "0", "--database", url)
            for url in (
                "postgresql://[::1",
                "postgresql://h:port/x",
                "postgresql://127.0.0.1:-1/x",
                "postgresql://127.0.0.1:99999/x",
                "postgresql://127.0.0.1:1/x",
                "postgresql://127.0.0.1:1/x?sslmode=perhaps",
                "mysql://h/x",
                "x",
            )
        ),
        ("token", "--org", "org-veloma", "--entity", "ent-veloma-uk", "--data-dir", "/no/such/folder"),
        ("token", "--org", "org-veloma", "--entity", "ent-veloma-uk", "--expires", "9" * 30 + "d"),
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


def test_a_token_for_a_folder_that_is_not_there_makes_none(tmp_path: Path) -> None:
    folder = tmp_path / "typo"
    made = _run("token", "--org", "org-veloma", "--entity", "ent-veloma-uk", "--data-dir", str(folder))
    assert made.returncode != 0
    assert not folder.exists()


def test_a_terminal_that_knows_ascii_alone_is_greeted_too(tmp_path: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    with _served("--port", "0", "--data-dir", str(tmp_path / "ü"), environment=plain) as greeting:
        assert greeting.isascii()
        assert greeting.count("export HB_ORG=") == 1


@pytest.mark.parametrize("host", ["::1", "127.0.0.1", "::", "0.0.0.0"])
def test_the_address_in_the_greeting_can_be_asked_and_an_open_one_is_warned_of(
    host: str, capfd: pytest.CaptureFixture[str]
) -> None:
    if ":" in host and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    with _served("--ephemeral", "--port", "0", "--host", host) as greeting:
        base, token = re.search(r"http://\S+/public/v1", greeting), re.search(r"HB_TOKEN=(\S+)", greeting)
        assert base is not None and token is not None
        assert isinstance(_get(f"{base[0]}/me", token[1]), dict)
    told = capfd.readouterr().err
    assert ("Warning" in told) == (host in {"::", "0.0.0.0"})
    assert len(told.splitlines()) == (1 if host in {"::", "0.0.0.0"} else 0)


@pytest.mark.parametrize(
    "text", ["", "short", "x" * 31, "x" * 513, "a token with blanks in it, long enough", "ü" * 40]
)
def test_a_file_that_holds_no_admin_token_is_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "admin"
    file.write_text(text)
    for name, reason in (
        (str(file), "holds no token of 32 to 512"),
        (str(tmp_path / "none"), "cannot be read"),
    ):
        done = CliRunner().invoke(
            cli.cli, ["serve", "--ephemeral", "--port", "0", "--admin-token-file", name]
        )
        assert done.exit_code == 2
        assert reason in done.output and "Traceback" not in done.output


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
