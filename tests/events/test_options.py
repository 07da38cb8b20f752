"""The options of `serve` that say where events may go."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_server import cli, server
from mock_server.settings import Settings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings with which a sandbox would have been served; none is."""
    found: list[Settings] = []

    def keep(settings: Settings, listener: object) -> None:
        found.append(settings)
        listener.close()  # type: ignore[attr-defined]

    monkeypatch.setattr(server, "run", keep)
    return found


@pytest.mark.parametrize(
    ("arguments", "allows"),
    [
        ((), True),
        (("--host", "localhost"), True),
        (("--host", "127.0.0.2"), True),
        (("--host", "0.0.0.0"), False),
        (("--no-private-webhooks",), False),
        (("--host", "0.0.0.0", "--allow-private-webhooks"), True),
    ],
    ids=["nothing is said", "by name", "another of loopback", "open", "not wanted", "open and wanted"],
)
def test_private_targets_are_on_by_default_only_where_loopback_is_served(
    arguments: tuple[str, ...], allows: bool, served: list[Settings]
) -> None:
    done = CliRunner().invoke(cli.cli, ["serve", "--ephemeral", "--port", "0", *arguments])
    assert done.exit_code == 0, done.output
    assert [settings.allows_private_targets for settings in served] == [allows]


@pytest.mark.parametrize("text", [None, "", "no certificate\n", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_without_a_certificate_is_refused_in_a_sentence(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    done = CliRunner().invoke(cli.cli, ["serve", "--ephemeral", "--port", "0", "--webhook-ca", str(file)])
    assert done.exit_code == 2
    assert ("cannot be read" if text is None else "holds no certificate in PEM") in done.output
    assert "Traceback" not in done.output


def test_a_folder_is_no_certificate(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.cli, ["serve", "--ephemeral", "--port", "0", "--webhook-ca", str(tmp_path)])
    assert done.exit_code == 2
    assert "Traceback" not in done.output
