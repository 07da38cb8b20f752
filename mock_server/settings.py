"""How one sandbox is set up, and where its data is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

# The documents that scripts/build, or the build of the wheel, leaves beside the code.
BUILT = files("mock_server") / "built"
PACKAGE = "hellobooks-manufacturing-sandbox"
COMMAND = "hellobooks-sandbox"
DATABASE_FILE = "sandbox.db"
_FOLDER = ".sandbox"
_CHECKOUT = ("openapi/openapi.yaml", "mock_server/settings.py")


@dataclass(frozen=True)
class Settings:
    """Options of `hellobooks-sandbox serve`; `rate_limit` None is the contract's own, 0 is off.

    `database` is the URL of a PostgreSQL database, in place of SQLite. `is_flushed`: each write waits for the
    disk. `is_reset`: begin anew, and keep the data that is there under another name.
    `allows_private_targets`: events may go to addresses that are not of the public internet; `webhook_ca` is
    a file of authorities that receivers' certificates may come from, beside the usual ones.
    """

    data_dir: Path | None = None
    stage: str = "preview"
    rate_limit: int | None = None
    seed: str = "demo"
    pinned: datetime | None = None
    database: str | None = None
    is_flushed: bool = False
    is_reset: bool = False
    admin_token: str = field(default="", repr=False)
    build_dir: Traversable = BUILT
    allows_private_targets: bool = False
    webhook_ca: Path | None = None
    max_workspaces: int = 1_000
    is_checking: bool = field(default_factory=lambda: os.environ.get("CHECK") == "all")

    @property
    def is_ephemeral(self) -> bool:
        """Whether everything is in memory and gone at the end."""
        return self.data_dir is None and self.database is None


def data_place(named: Path | None) -> Path:
    """The folder of the data and of the signing key: the one that is named, if one is.

    Otherwise `.sandbox` of the working directory where it is there, or of the checkout that one works in, and
    else the user's own folder for the state of programs.
    """
    if named is not None:
        return named
    here = Path.cwd()
    if (here / _FOLDER).is_dir():
        return here / _FOLDER
    for folder in (here, *here.parents):
        if all((folder / file).is_file() for file in _CHECKOUT):
            return folder / _FOLDER
    # Loaded where it is needed.
    from platformdirs import user_state_path

    place = user_state_path(COMMAND, appauthor=False)
    # A user without a home is known by number alone, as in some containers.
    return place if place.is_absolute() else here / _FOLDER
