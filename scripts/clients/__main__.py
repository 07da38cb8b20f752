"""The command `scripts/generators`."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from contract_tests.kit import sandbox
from scripts.clients import newcomers
from scripts.clients.proofs import (
    attempt,
    bridge,
    generator,
    python_client,
    typescript_client,
    validators,
)


def main(arguments: list[str] | None = None) -> int:
    """Tries each tool and prints what came out; 1 where one of them fails."""
    parser = argparse.ArgumentParser(
        prog="scripts/generators", description="Try tools of others on the contract."
    )
    parser.add_argument("--full", action="store_true", help="openapi-generator too, which takes minutes")
    options = parser.parse_args(arguments)
    with sandbox() as target:
        outcomes = [
            attempt("openapi-python-client", partial(python_client, target)),
            attempt("openapi-typescript and openapi-fetch", partial(typescript_client, target)),
            *validators(target),
            attempt("a bridge to MCP by fastmcp", partial(bridge, target)),
        ]
        if options.full:
            outcomes += [
                attempt("openapi-generator python", partial(generator, "python")),
                attempt("openapi-generator typescript-fetch", partial(generator, "typescript-fetch")),
            ]
    if options.full:
        # Each has a sandbox of its own: what one of them uses up, the next would miss.
        for name, tried in (
            ("newman with a token alone", newcomers.newman),
            ("redocly respect with a token alone", newcomers.respect),
            ("schemathesis with a token alone", newcomers.schemathesis),
        ):
            with sandbox() as target:
                outcomes.append(attempt(name, partial(tried, target)))
    for outcome in outcomes:
        print(outcome)
    failed = sum(bool(outcome.faults) for outcome in outcomes)
    skipped = sum(bool(outcome.skipped) for outcome in outcomes)
    print(f"{len(outcomes) - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
