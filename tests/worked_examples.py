"""Runs the worked example of a page: its commands, in a shell, and what they are said to print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from contract_tests.kit import PROJECT, Target

_EXAMPLE = re.compile(r"## A worked example\n.*?```sh\n(.*?)```\n.*?```text\n(.*?)```", re.DOTALL)
# Ids and seeds that differ from run to run, or with how the sandbox was used before.
_DRAWN = re.compile(r"\b[0-9a-f]{24}\b|(?<=seed=)[0-9a-f]{12}\b")


def printed(page: str, target: Target, folder: Path) -> tuple[list[str], list[str]]:
    """What the example of a page in `docs` prints on a sandbox, and what the page says that it does."""
    found = _EXAMPLE.search((PROJECT / "docs" / page).read_text())
    assert found is not None, f"{page} has no worked example"
    command = f'hellobooks-sandbox() {{ "{sys.executable}" -m mock_server "$@"; }}\n'
    names = {
        "HB_URL": target.origin,
        "HB_TOKEN": target.tenant.token,
        "HB_ORG": target.tenant.org,
        "HB_ENT": target.tenant.entity,
        "PYTHONPATH": str(PROJECT),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        ["bash", "-c", command + found[1]],
        cwd=folder,
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == "", done.stderr
    return _lines(done.stdout), _lines(found[2])


def _lines(text: str) -> list[str]:
    return [re.sub(_DRAWN, "…", line).rstrip() for line in text.splitlines()]
