"""Stand-in until the real one."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class Targets:
    """What a server may reach."""

    def __init__(self, allow_private: bool, ca: Path | None = None) -> None:
        self._ca = ca

    def check_url(self, url: str) -> str | None:
        """A reason, or None."""
        return None

    def connector(self, **options: Any) -> Any:
        """A connector."""
        import ssl

        import aiohttp

        context = ssl.create_default_context(cafile=None if self._ca is None else str(self._ca))
        return aiohttp.TCPConnector(ssl=context, **options)
