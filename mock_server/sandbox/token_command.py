"""Makes a token for an entity's own install without asking the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import yaml

from mock_server.contract import Contract, read_document
from mock_server.gateway import TokenSigner
from mock_server.sandbox.keys import demo_install_id, new_install, shared_signing_key, signing_key
from mock_server.settings import PROJECT, Settings
from mock_server.storage import StorageError
from scripts.contract import ensure

_SEEDS = Path(__file__).parent / "seeds"
DEFAULT_FOLDER = PROJECT / ".sandbox"


def demo_entities() -> list[tuple[str, str]]:
    """Organisation and entity of each seeded entity, the first one first."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = (yaml.load(file.read_text(), loader) for file in sorted(_SEEDS.glob("*.yaml")))
    return [(document["org"], document["entity"]) for document in documents]


def key_of_folder(data_dir: Path | None) -> bytes:
    """The signing key of the sandbox of a data folder, and of ephemeral ones where none is given."""
    return signing_key(data_dir or DEFAULT_FOLDER)


def key_of_database(url: str) -> bytes:
    """The signing key of the sandbox in a PostgreSQL database."""
    from mock_server.storage.postgres import open_postgres

    async def read() -> bytes:
        database = await open_postgres(url)
        try:
            return await database.run(lambda: shared_signing_key(database, key_of_folder(None)))
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
    ensure()
    contract = Contract(read_document(Settings().build_dir / "openapi.json"))
    unknown = [scope for scope in scopes if scope not in contract.scopes]
    if unknown:
        raise click.ClickException(f"{unknown[0]} is no scope. There are: {', '.join(contract.scopes)}.")
    install = new_install(demo_install_id(org, entity), org, entity, contract.scopes, "")
    signer = TokenSigner(key, wall_time)
    return signer.sign(install, scopes or None, seconds, token_id)
