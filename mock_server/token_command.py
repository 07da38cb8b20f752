"""Makes a token for an entity's own install without asking the server, and without loading what serves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import yaml

from mock_server.contract import Contract, read_document
from mock_server.settings import DATABASE_FILE, Settings, data_place
from mock_server.signing_key import KEY_FILE, KeyFileError, signing_key
from mock_server.tokens import TokenSigner, demo_install_id, new_install

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATA_FILES = (KEY_FILE, DATABASE_FILE)


def demo_entities() -> list[tuple[str, str]]:
    """Organisation and entity of each entity of the demo seed, the first one first."""
    text = (files("mock_server") / "seeds" / "packs" / "demo.yaml").read_text("utf-8")
    return [(each["org_ref_id"], each["entity_ref_id"]) for each in yaml.load(text, _LOADER)["entities"]]


def key_of_folder(named: Path | None) -> bytes:
    """The signing key of the sandbox of a data folder, and of ephemeral ones where none is named.

    A folder that is named must be empty or of a sandbox: nothing is made where it may be a slip.
    """
    if named is not None and not _is_data_folder(named):
        raise click.ClickException(
            f"{named} is no data folder of a sandbox; name the one that serve was started with, or none."
        )
    try:
        return signing_key(data_place(named), is_lasting=True)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from error


def _is_data_folder(folder: Path) -> bool:
    try:
        names = {file.name for file in folder.iterdir()}
    except OSError:
        return False
    return not names or not names.isdisjoint(_DATA_FILES)


def key_of_database(url: str) -> bytes:
    """The signing key of the sandbox in a PostgreSQL database."""
    # What speaks to a database is loaded for one alone.
    from mock_server.sandbox import shared_signing_key
    from mock_server.storage import StorageError
    from mock_server.storage.postgres import open_postgres

    async def read() -> bytes:
        database = await open_postgres(url)
        try:
            return await database.run(lambda: shared_signing_key(database))
        finally:
            database.close()

    try:
        return asyncio.run(read())
    except StorageError as error:
        raise click.ClickException(str(error)) from error


def demo_token(
    org: str,
    entity: str,
    scopes: Sequence[str],
    seconds: int,
    key: bytes,
    token_id: str,
    wall_time: Callable[[], float],
) -> str:
    """A token that the sandbox with this signing key accepts."""
    known = demo_entities()
    if (org, entity) not in known:
        names = ", ".join("/".join(pair) for pair in known)
        raise click.ClickException(f"There is no entity {entity} of {org}. There are: {names}.")
    contract = Contract(read_document(Settings().build_dir / "openapi.json"))
    unknown = [scope for scope in scopes if scope not in contract.scopes]
    if unknown:
        raise click.ClickException(f"{unknown[0]} is no scope. There are: {', '.join(contract.scopes)}.")
    install = new_install(demo_install_id(org, entity), org, entity, contract.scopes, "")
    signer = TokenSigner(key, wall_time)
    return signer.sign(install, scopes or None, seconds, token_id)
