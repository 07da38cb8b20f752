"""Whoever installs no app this way does not load what it needs."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from mock_server.app import build_app
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import Client, token_for

sandbox = Sandbox(Settings())
send = Client(build_app(sandbox), token_for(sandbox))
assert send("GET", "/public/v1/me").status == 200
assert send("GET", "/_sandbox/v1/oauth-clients").status == 200
assert send("GET", "/.well-known/oauth-authorization-server").status == 200
before = {"authlib", "joserfc"} & set(sys.modules)
assert send("POST", "/oauth/token", raw=b"").status == 400
assert send("GET", "/oauth/authorize").status == 400
print(sorted(before), "authlib" in sys.modules)
"""


def test_authlib_is_loaded_with_the_first_request_that_needs_it() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout.strip() == "[] True"
