"""What tools reach at the first try, which nobody has configured and which have a token alone."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from contract_tests.kit import BASE_PATH, Target
from scripts.clients.tools import PROJECT, Absent, Failed, fresh, node_folder, run
from scripts.contract import SERVED, calls

# Recipes are of another entity, stubs and what is not built answer 501: the rest is reached by its examples.
REACHED_AT_LEAST = 50
# One that tries several requests for each operation comes to some that its own earlier ones have used up.
REACHED_BY_EXAMPLES = 40


def newman(target: Target) -> str:
    """newman on a collection of the served document, as it comes: how many operations answer 2xx."""
    command = ["node", "newcomer.mjs", f"{target.origin}/openapi-3.0.json", target.tenant.token]
    told = run(command, node_folder()).strip().splitlines()
    found = re.fullmatch(r"(\d+) of (\d+)", told[-1])
    return _enough(int(found[1]) if found else 0, REACHED_AT_LEAST, "\n".join(told))


def respect(target: Target) -> str:
    """`redocly respect` on the workflows that `redocly generate-arazzo` makes of the served document."""
    redocly = PROJECT / "node_modules" / ".bin" / "redocly"
    if not redocly.is_file():
        raise Absent("Redocly is not installed here: scripts/lint does it. It runs in CI.")
    place = fresh("respect")
    place.mkdir()
    (place / "openapi.yaml").write_bytes(httpx.get(f"{target.origin}/openapi.yaml").content)
    run([str(redocly), "generate-arazzo", "openapi.yaml", "-o", "made.yaml"], place)
    token = json.dumps({"marketplaceOAuth2": target.tenant.token})
    try:
        told = run([str(redocly), "respect", "made.yaml", "--input", token], place)
    except Failed as fault:
        # Some workflows are known to end with a 501 or a 403.
        told = str(fault)
    found = re.search(r"Steps: (\d+) passed", told)
    return _enough(int(found[1]) if found else 0, REACHED_AT_LEAST, told)


def schemathesis(target: Target) -> str:
    """schemathesis without a configuration, its phase of examples: how many operations answer 2xx."""
    command = [str(Path(sys.executable).parent / "st"), "run", f"{target.origin}/openapi.json"]
    token = ["-H", f"Authorization: Bearer {target.tenant.token}"]
    options = ["--phases", "examples", "--report", "har", "--report-har-path", "found.har"]
    # Far from the project, whose configuration it would find.
    with tempfile.TemporaryDirectory() as name:
        try:
            told = run([*command, *token, *options], Path(name))
        except Failed as fault:
            # A stub's 501 is a failure to it.
            told = str(fault)
        file = Path(name) / "found.har"
        if not file.is_file():
            raise Failed(told)
        reached = _reached(json.loads(file.read_bytes()))
    return _enough(len(reached), REACHED_BY_EXAMPLES, told)


def _reached(archive: dict[str, dict[str, list[dict[str, dict[str, str]]]]]) -> set[str]:
    """The operations of which a request got a 2xx."""
    document = json.loads((SERVED / "openapi.json").read_text())
    patterns = [
        (call.method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", BASE_PATH + call.path)), call.operation)
        for call in calls(document)
    ]
    found = set()
    for entry in archive["log"]["entries"]:
        if str(entry["response"]["status"]).startswith("2"):
            method, path = entry["request"]["method"], urlsplit(entry["request"]["url"]).path
            # A literal segment wins, and has no braces.
            fits = [each for verb, pattern, each in patterns if verb == method and pattern.fullmatch(path)]
            found |= {str(fits[0]["operationId"])} if fits else set()
    return found


def _enough(count: int, wanted: int, told: str) -> str:
    if count < wanted:
        raise Failed(f"{told}\nonly {count} answer 2xx, at least {wanted} are wanted")
    return f"{count} of 70 operations answer 2xx at the first try"
