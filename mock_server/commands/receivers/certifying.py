"""Plays the script of `certify`, tells of it as it goes, and writes the certificate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from mock_server.certification import (
    Certificate,
    Plan,
    Unusable,
    as_json,
    as_markdown,
    certify,
    summary,
    told,
)
from mock_server.contract import Contract, read_document
from mock_server.settings import BUILT


def certificate_of(
    target: str,
    secret: str,
    only: Sequence[int],
    events_url: str | None,
    burst: int,
    report: Path | None,
    data: Path | None,
) -> bool:
    """Whether no line fails; prints each as it ends, and writes the files that are named."""
    if not (BUILT / "openapi.json").is_file():
        raise click.UsageError("The contract is not built, and the events are its examples.")
    for file in (report, data):
        _prepare(file)
    contract = Contract(read_document(BUILT / "openapi.json"))
    plan = Plan(target, secret, events_url, only, burst)
    try:
        certificate = asyncio.run(certify(plan, contract, lambda line: click.echo(told(line))))
    except Unusable as error:
        raise click.UsageError(str(error)) from error
    click.echo(summary(certificate))
    _write(certificate, report, data)
    return certificate.is_passed


def _prepare(file: Path | None) -> None:
    """Finds out before the script is played whether its certificate can be written."""
    if file is None:
        return
    was_there = file.exists()
    try:
        file.open("a", encoding="utf-8").close()
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}.") from error
    if not was_there:
        file.unlink()


def _write(certificate: Certificate, report: Path | None, data: Path | None) -> None:
    for file, written in ((report, as_markdown), (data, as_json)):
        if file is not None:
            try:
                file.write_text(written(certificate), encoding="utf-8")
            except OSError as error:
                raise click.UsageError(f"{file} cannot be written: {error.strerror}.") from error
            click.echo(f"Written: {file}")
