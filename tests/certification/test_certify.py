"""`certify`, as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_server import cli
from mock_server.certification import (
    BURST,
    LINES,
    Certificate,
    Evidence,
    LineResult,
    Outcome,
    as_markdown,
    told,
)
from mock_server.commands.receivers import certify as command
from tests.certification.faulty import BreaksWithoutHeaders
from tests.certification.receivers import SECRET, Receiver, Served, served


@pytest.fixture(scope="module")
def right() -> Iterator[Served]:
    """A receiver without a mistake."""
    with served(Receiver()) as at:
        yield at


def certify(*arguments: str) -> Result:
    """Runs the command."""
    return CliRunner().invoke(cli.cli, ["certify", *arguments])


def test_a_receiver_that_passes_ends_with_0_and_its_certificate_is_written(
    right: Served, tmp_path: Path
) -> None:
    report, data = tmp_path / "certificate.md", tmp_path / "certificate.json"
    done = certify(
        *("--target", f"{right.target}?key=hidden", "--secret", SECRET, "--events-url", right.events_url),
        *("--burst", "20", "--report", str(report), "--json", str(data)),
    )
    assert done.exit_code == 0, done.output
    assert "14 of 14 lines pass." in done.output
    found = json.loads(data.read_text())
    assert (found["passed"], len(found["lines"])) == (True, 14)
    assert found["lines"][4]["evidence"][0]["status"] == 400
    page = report.read_text()
    assert all(f"| {number} | {line.title} | pass |" in page for number, line in LINES.items())
    # What is passed on holds no secret, and says whose word it is not.
    for text in (page, data.read_text()):
        assert SECRET not in text and "hidden" not in text and "not by HelloBooks" in text


def test_one_that_fails_ends_with_1_and_says_what_was_wrong() -> None:
    with served(BreaksWithoutHeaders()) as at:
        done = certify("--target", at.target, "--secret", SECRET, "--only", "6", "--only", "8")
    assert done.exit_code == 1
    assert " 1 pass" in done.output and " 6 FAIL" in done.output and "raw bytes" not in done.output
    assert "no webhook-timestamp: wanted 4xx, seen 500" in done.output
    assert "1 of 3 lines pass, 1 fail, 1 not seen." in done.output


def test_one_that_takes_another_secret_is_judged_by_its_first_line_alone(right: Served) -> None:
    done = certify("--target", right.target, "--secret", "whsec_YW5vdGhlcg==")
    assert done.exit_code == 1
    assert "0 of 14 lines pass, 1 fail, 13 not seen." in done.output


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--target": "ftp://example.com/"}, "--target is an address"),
        ({"--target": "http://me:too@example.com/"}, "without a user name"),
        ({"--target": "http://example.com:99999/"}, "--target is an address"),
        ({"--events-url": "handled"}, "--events-url is an address"),
        ({"--target": "http://127.0.0.1:1/"}, "Nothing answers at http://127.0.0.1:1/"),
        ({"--secret": "whsec_"}, "--secret is no signing secret"),
        ({"--secret": "whsec_ä"}, "--secret is no signing secret"),
        ({"--only": "15"}, "1<=x<=14"),
        ({"--burst": "0"}, "--burst"),
        ({"--report": "/nowhere/certificate.md"}, "cannot be written"),
    ],
    ids=str,
)
def test_what_cannot_be_played_ends_with_2(right: Served, changed: dict[str, str], said: str) -> None:
    given = {"--target": right.target, "--secret": SECRET, **changed}
    done = certify(*(part for pair in given.items() for part in pair))
    assert done.exit_code == 2
    assert said in done.output


def test_a_list_of_handled_ids_that_is_none_ends_with_2(right: Served, tmp_path: Path) -> None:
    report = tmp_path / "certificate.md"
    done = certify(
        *("--target", right.target, "--secret", SECRET, "--events-url", right.target),
        *("--report", str(report)),
    )
    assert done.exit_code == 2
    assert "answered 405, not 200" in done.output
    assert not report.exists()


def test_what_a_receiver_answers_stays_text_in_the_certificate() -> None:
    evidence = Evidence("a", "2xx", "500", False, "id", 2, 500, 1, "<b>|</b> `x`")
    line = LineResult(1, "accepts a correct delivery", Outcome.FAIL, (evidence,))
    page = as_markdown(Certificate("http://x/", "2026-06-15T06:30:00Z", "0.1.0", 1, True, (line,)))
    assert r"500, \<b\>\|\</b\> \`x\`" in page
    assert told(line).endswith("a: wanted 2xx, seen 500 (<b>|</b> `x`) in 1 ms")


def test_the_options_are_of_the_lines_that_there_are() -> None:
    options = {option.name: option for option in command.params}
    assert options["burst"].default == BURST
    assert getattr(options["only"].type, "max", None) == len(LINES)


def test_nothing_of_it_is_loaded_by_what_serves() -> None:
    code = (
        "import sys, mock_server.cli\n"
        "print(*({'mock_server.certification', 'mock_server.commands.receivers.certifying', 'aiohttp',"
        " 'standardwebhooks'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
