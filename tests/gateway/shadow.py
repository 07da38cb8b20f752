"""`python -m tests.gateway.shadow serve …`: the sandbox's own command, with the oracle beside it.

It starts, greets and answers as `python -m mock_server` does. Where the stock Connexion stack answers another
thing, the request is answered with 500, and the difference is in the log.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import replace
from unittest.mock import patch

from mock_server import cli, server
from mock_server.sandbox import Sandbox
from tests.gateway.twins import HeldTime, Twins


class _Idle:
    """Delivers nothing."""

    def start(self) -> None:
        """Nothing is due."""

    async def stop(self) -> None:
        """Nothing is on its way."""


def main() -> None:
    """Runs the command with two sandboxes in place of one."""
    held = HeldTime()
    held.install(setattr)
    twins: dict[Sandbox, Sandbox] = {}
    greeting = server._greeting

    def build(sandbox: Sandbox, planes: object) -> Twins:
        settings = sandbox.settings
        if not settings.is_ephemeral or settings.database is not None or settings.pinned is None:
            raise SystemExit("Two sandboxes agree in memory alone, and with a --clock.")
        twins[sandbox] = opened.enter_context(closing(Sandbox(replace(settings, is_checking=False))))
        return Twins(sandbox, twins[sandbox], held)

    def greet(sandbox: Sandbox, url: str) -> str:
        # The tokens of a greeting draw ids: the twin draws the same ones.
        greeting(twins[sandbox], url)
        return greeting(sandbox, url)

    with (
        ExitStack() as opened,
        patch.multiple(server, build_app=build, _greeting=greet),
        # What the outside answers to one of the two, the other would not know.
        patch.object(Sandbox, "deliverer", lambda sandbox: _Idle()),
    ):
        cli.main()


if __name__ == "__main__":
    main()
