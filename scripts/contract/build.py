"""Builds the published forms of the contract and of the control plane's contract."""

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
from scripts.contract.operations import operations
from scripts.contract.rendering import to_json, to_yaml
from scripts.contract.sources import ContractError, ContractErrors

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = PROJECT / "openapi"
OUT = PROJECT / "build"
DIGEST = ".digest"


class Artefact(NamedTuple):
    """A built file and what is in it."""

    file: Path
    size: int
    operations: int
    webhooks: int

    def __str__(self) -> str:
        webhooks = f", {self.webhooks} webhooks" if self.webhooks else ""
        return f"{self.file}: {self.operations} operations{webhooks}, {self.size / 1000:.0f} kB"


def build(root: Path = SOURCES, out: Path = OUT) -> list[Artefact]:
    """Writes every form of the contract in `root`, and of the control plane's in `root/sandbox`, to `out`.

    Nothing is written where there is a fault: ContractErrors holds those of both contracts.
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
    out.mkdir(parents=True, exist_ok=True)
    artefacts = []
    for name, (text, document) in texts.items():
        _write(out / name, text)
        count = sum(1 for _ in operations(document))
        artefacts.append(Artefact(out / name, len(text.encode()), count, len(document.get("webhooks", {}))))
    _write(out / DIGEST, digest)
    return artefacts


def ensure(root: Path = SOURCES, out: Path = OUT) -> bool:
    """Builds where the sources, or the builder, differ from those of the last build; whether it did."""
    try:
        digest, stamp = (out / DIGEST).read_text().split()
    except (FileNotFoundError, ValueError):
        build(root, out)
        return True
    now = _stamp(root)
    if now == stamp:
        return False
    # Times change with every checkout, contents decide.
    if _digest(root) == digest:
        # Where nothing may be written, as in a container, the contents are compared at each start.
        with suppress(OSError):
            _write(out / DIGEST, f"{digest} {now}")
        return False
    build(root, out)
    return True


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
    yield from _below(os.fspath(Path(__file__).parent), ".py")


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
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write to")
    options = parser.parse_args(arguments)
    try:
        artefacts = build(options.source, options.out)
    except ContractError as error:
        print(error, file=sys.stderr)
        return 1
    for artefact in artefacts:
        print(artefact)
    return 0


if __name__ == "__main__":
    sys.exit(main())
