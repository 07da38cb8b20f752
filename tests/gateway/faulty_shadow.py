"""The command of `tests.gateway.shadow` with a fault on our side: proof that a run through it can fail."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from mock_server.api import Account
from mock_server.app import build_app
from mock_server.gateway import Answer
from mock_server.sandbox import Sandbox
from tests.gateway import shadow


def _faulty(sandbox: Sandbox) -> Any:
    with patch.object(Account, "health_check", lambda *arguments: Answer(200, b'{"ok":true,"ts":1}')):
        return build_app(sandbox)


if __name__ == "__main__":
    with patch("tests.gateway.twins.build_app", _faulty):
        shadow.main()
