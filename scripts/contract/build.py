"""Builds the published forms of the contract and of the control plane's contract.

The server and the contract tests import nothing of each other or of this: each reads the built documents in a
folder of its own package.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from scripts.contract.bundle import bundle
from scripts.contract.downconvert import to_30
from scripts.contract.misread import told
from scripts.contract.operations import operations
from scripts.contract.rendering import to_json, to_yaml
from scripts.contract.sources import ContractError, ContractErrors
from scripts.contract.trimming import internal_names

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = PROJECT / "openapi"
SERVED = PROJECT / "mock_server" / "built"
TESTED = PROJECT / "contract_tests" / "built"
DIGEST = ".digest"
INTERNAL_NAMES = "internal-names.json"


class Artefact(NamedTuple):
    """A built file and what is in it."""

    file: Path
    size: int
    operations: int
    webhooks: int

    def __str__(self) -> str:
        webhooks = f", {self.webhooks} webhooks" if self.webhooks else ""
        return f"{self.file}: {self.operations} operations{webhooks}, {self.size / 1000:.0f} kB"


def build(root: Path = SOURCES, *outs: Path) -> list[Artefact]:
    """Writes every form of the contract in `root`, and of the control plane's in `root/sandbox`.

    They go to each of `outs`, by default to both packages that read them. Nothing is written where there is a
    fault: ContractErrors holds those of both contracts.
    """
    # Taken before reading: an edit during the build makes the next `ensure` build again.
    digest = f"{_digest(root)} {_stamp(root)}"
    texts: dict[str, tuple[str, dict[str, Any]]] = {}
    faults: list[ContractError] = []
    for prefix, folder in (("", root), ("sandbox-", root / "sandbox")):
        if prefix and not (folder / "openapi.yaml").is_file():
            continue
        try:
            document = bundle(folder)
            with told("the conversion to 3.0.3", folder / "openapi.yaml"):
                older = to_30(document)
        except ContractError as error:
            faults.extend(error.faults)
            continue
        if not prefix:
            texts["openapi.yaml"] = to_yaml(document), document
        texts[f"{prefix}openapi.json"] = to_json(document), document
        texts[f"{prefix}openapi-3.0.json"] = to_json(older), document
    if faults:
        raise ContractErrors(faults)
    with told("the build", root / "openapi.yaml"):
        internal = to_json(internal_names(root))
    artefacts = []
    for out in outs or (SERVED, TESTED):
        out.mkdir(parents=True, exist_ok=True)
        for name, (text, document) in texts.items():
            _write(out / name, text)
            count, webhooks = sum(1 for _ in operations(document)), len(document.get("webhooks", {}))
            artefacts.append(Artefact(out / name, len(text.encode()), count, webhooks))
        _write(out / INTERNAL_NAMES, internal)
        _write(out / DIGEST, digest)
    return artefacts


def ensure(root: Path = SOURCES, *outs: Path) -> bool:
    """Builds where the sources, or the builder, differ from those of the last build; whether it did."""
    stamp = _stamp(root)
    stale = [out for out in outs or (SERVED, TESTED) if not _is_fresh(root, out, stamp)]
    if stale:
        build(root, *stale)
    return bool(stale)


def _is_fresh(root: Path, out: Path, now: str) -> bool:
    try:
        digest, stamp = (out / DIGEST).read_text().split()
    except (FileNotFoundError, ValueError):
        return False
    # Times change with every checkout, contents decide.
    is_fresh = now == stamp or _digest(root) == digest
    if is_fresh and now != stamp:
        # Where nothing may be written the contents are compared each time.
        with suppress(OSError):
            _write(out / DIGEST, f"{digest} {now}")
    return is_fresh


def _stamp(root: Path) -> str:
    """A digest of the sizes and times of the sources and of the builder."""
    digest = hashlib.blake2b(digest_size=20)
    for entry in _files(root):
        status = entry.stat()
        digest.update(f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _digest(root: Path) -> str:
    """A digest of the contents of the sources and of the builder."""
    digest = hashlib.blake2b(digest_size=20)
    for entry in _files(root):
        with open(entry.path, "rb") as file:
            content = file.read()
        digest.update(f"{os.path.relpath(entry.path, root)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(root: Path) -> Iterator[os.DirEntry[str]]:
    yield from _below(os.fspath(root), ".yaml")
    yield from _below(os.fspath(root), ".md")
    yield from _below(os.fspath(Path(__file__).parent), ".py")
    yield from _below(os.fspath(PROJECT / "mock_server" / "contract"), "keywords.py")


def _below(folder: str, ending: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir():
                if entry.name not in {"rules", "house_rules", "released", "__pycache__"}:
                    yield from _below(entry.path, ending)
            elif entry.name.endswith(ending):
                yield entry


def _write(file: Path, text: str) -> None:
    # By way of a file of its own: a reader or a second build never sees half of one.
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, file)


def main(arguments: list[str] | None = None) -> int:
    """The command `scripts/build`."""
    parser = argparse.ArgumentParser(prog="scripts/build", description="Build the forms of the contract.")
    parser.add_argument("--source", type=Path, default=SOURCES, help="folder that holds openapi.yaml")
    parser.add_argument("--out", type=Path, help="folder to write to; by default the packages' own")
    parser.add_argument("--stale", action="store_true", help="build only what has changed, and say nothing")
    options = parser.parse_args(arguments)
    outs = () if options.out is None else (options.out,)
    try:
        if options.stale:
            ensure(options.source, *outs)
            return 0
        artefacts = build(options.source, *outs)
    except ContractError as error:
        print(error, file=sys.stderr)
        return 1
    for artefact in artefacts:
        print(artefact)
    return 0
