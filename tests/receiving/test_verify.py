"""`verify`, as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_server import cli
from tests.receiving.deliveries import BODY, OTHER, SECRET, VECTOR

AT = ("--at", "2026-06-15T06:30:00Z")
GIVEN = tuple(
    part for name in ("id", "timestamp", "signature") for part in (f"--{name}", VECTOR[f"webhook-{name}"])
)


@pytest.fixture
def body(tmp_path: Path) -> str:
    """A file with the contract's event."""
    file = tmp_path / "body.json"
    file.write_text(BODY, encoding="utf-8")
    return str(file)


@pytest.fixture
def headers(tmp_path: Path) -> str:
    """A file with its headers."""
    file = tmp_path / "headers.txt"
    file.write_text(
        "".join(f"{name}: {value}\n" for name, value in VECTOR.items() if "-" in name), encoding="utf-8"
    )
    return str(file)


def verify(*arguments: str, **options: str) -> Result:
    """Runs the command."""
    return CliRunner().invoke(cli.cli, ["verify", *arguments], **options)  # type: ignore[arg-type]


def test_an_event_that_fits_ends_with_0(body: str, headers: str) -> None:
    for given in (("--headers", headers), GIVEN):
        done = verify("--secret", SECRET, "--file", body, *given, *AT)
        assert (done.exit_code, done.output.count("\n")) == (0, 1)
        assert done.output.startswith("It fits")


def test_the_body_may_come_from_the_standard_input_and_the_secret_from_the_environment() -> None:
    done = CliRunner().invoke(
        cli.cli,
        ["verify", "--file", "-", *GIVEN, *AT],
        input=BODY,
        env={"HELLOBOOKS_WEBHOOK_SECRET": f"{OTHER} {SECRET}"},
    )
    assert (done.exit_code, done.output[:7]) == (0, "It fits")


def test_one_that_does_not_ends_with_1_and_says_what_is_known(
    body: str, headers: str, tmp_path: Path
) -> None:
    sorted_body = tmp_path / "sorted.json"
    sorted_body.write_text(json.dumps(json.loads(BODY), sort_keys=True, indent=2))
    done = verify("--secret", SECRET, "--file", str(sorted_body), "--headers", headers, *AT)
    assert done.exit_code == 1
    assert (
        "What makes it fit is known" in done.output and "in the order in which they are sent" in done.output
    )
    done = verify("--secret", OTHER, "--file", body, "--headers", headers, *AT)
    assert done.exit_code == 1
    assert "What it looks like" in done.output and "- another secret" in done.output
    done = verify("--secret", SECRET, "--file", body, "--headers", headers)
    assert done.exit_code == 1
    assert "- stale time" in done.output or "- time in the future" in done.output


def test_a_tolerance_is_taken(body: str) -> None:
    late = ("--at", "2026-06-15T07:30:00Z")
    assert verify("--secret", SECRET, "--file", body, *GIVEN, *late).exit_code == 1
    assert verify("--secret", SECRET, "--file", body, *GIVEN, *late, "--tolerance", "1h").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--file", "BODY", *GIVEN), "--secret"),
        (("--secret", SECRET, *GIVEN), "--file"),
        (("--secret", SECRET, "--file", "no-such-file", *GIVEN), "no-such-file cannot be read"),
        (("--secret", SECRET, "--file", "FOLDER", *GIVEN), "cannot be read"),
        (("--secret", SECRET, "--file", "BODY"), "webhook-id and webhook-timestamp and webhook-signature"),
        (("--secret", SECRET, "--file", "BODY", *GIVEN[:4]), "webhook-signature was"),
        (("--secret", SECRET, "--file", "BODY", "--headers", "BODY", *GIVEN), "excludes"),
        (("--secret", SECRET, "--file", "BODY", "--headers", "LATIN"), "no text in UTF-8"),
        (("--secret", SECRET, "--file", "BODY", "--headers", "BROKEN"), "begin as JSON does"),
        (("--secret", SECRET, "--file", "BODY", "--headers", "LIST"), "no object"),
        (("--secret", SECRET, "--file", "BODY", *GIVEN, "--tolerance", "-1m"), "not negative"),
        (("--secret", SECRET, "--file", "BODY", *GIVEN, "--at", "noon"), "no time"),
    ],
)
def test_what_cannot_be_examined_ends_with_2_and_a_sentence(
    arguments: tuple[str, ...], told: str, body: str, tmp_path: Path
) -> None:
    files = {
        "LATIN": b"webhook-id: \xe9\xff",
        "BROKEN": b"{webhook-id",
        "LIST": b'{"headers": [1]}',
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    places = {"BODY": body, "FOLDER": str(tmp_path), **{name: str(tmp_path / name) for name in files}}
    command = [sys.executable, "-m", "mock_server", "verify", *(places.get(each, each) for each in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_nothing_that_serves_is_loaded(body: str) -> None:
    script = (
        "import sys; from mock_server import cli\n"
        "try: cli.main()\n"
        "finally: print(*({'connexion', 'sqlalchemy', 'aiohttp', 'uvicorn', 'flask'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, "verify", "--secret", OTHER, "--file", body, *GIVEN]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1] == ""


def test_serving_does_not_load_it() -> None:
    script = "import sys; from mock_server import cli, app; print('mock_server.receiving' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n", done.stderr
