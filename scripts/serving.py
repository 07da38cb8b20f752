"""Serves from a checkout: builds what is stale, then is the server's own command, in the same process."""

from __future__ import annotations

import sys

from mock_server import cli
from scripts.contract import ContractError, ensure


def main() -> None:
    """Runs `hellobooks-sandbox` on a contract that is as new as its sources."""
    try:
        ensure()
    except ContractError as error:
        sys.exit(str(error))
    cli.main()


if __name__ == "__main__":
    main()
