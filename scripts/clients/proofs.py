"""Each tool on the built contract, and what of its work is looked at."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from contract_tests.kit import Target
from scripts.clients.tools import (
    FOLDER,
    PROJECT,
    Absent,
    Failed,
    Outcome,
    fresh,
    node_folder,
    python_tool,
    run,
)
from scripts.clients.traffic import record, write
from scripts.contract import SERVED

CONTRACT = SERVED / "openapi.json"
OLDER = SERVED / "openapi-3.0.json"
HERE = Path(__file__).parent
# What openapi-generator says of documents without a fault, each with its reason.
KNOWN = (
    # It asks for the name of a schema that is written out where it stands, and goes on without one.
    "Failed to get the schema name: null",
    # A query has `from` and `to`; the word is reserved in Python, and the parameter is called `var_from`.
    "From (reserved word) cannot be used as model name",
)
_MADE_UP = re.compile(r"(?:_type_\d+|_any_of|_one_of|_inner|[a-z]\d)\.py$|(?:AnyOf|OneOf|Inner|[a-z]\d)\.ts$")


def attempt(proof: str, tried: Callable[[], str]) -> Outcome:
    """The outcome of a proof, whose text says what was looked at."""
    try:
        return Outcome(proof, note=tried())
    except Absent as reason:
        return Outcome(proof, skipped=str(reason))
    except Failed as fault:
        return Outcome(proof, faults=str(fault).splitlines())


def python_client(target: Target) -> str:
    """openapi-python-client: no warning, no made-up name, compiles, and its client walks the journey."""
    place = fresh("python-client")
    place.mkdir()
    tools = Path(python_tool("python")).parent
    told = run(
        [
            str(tools / "openapi-python-client"),
            "generate",
            "--path",
            str(CONTRACT),
            "--output-path",
            str(place / "generated"),
            "--meta",
            "none",
        ],
        place,
        # Its last step formats by ruff.
        {"PATH": f"{tools}:/usr/bin:/bin"},
    )
    if "arning" in told:
        raise Failed(told)
    names = made_up(place / "generated")
    run([str(tools / "python"), "-m", "compileall", "-q", "generated"], place)
    shutil.copy(HERE / "journey.py", place)
    walked = run([str(tools / "python"), "journey.py"], place, environment(target))
    return f"{names} types, {walked.strip()}"


def typescript_client(target: Target) -> str:
    """openapi-typescript and openapi-fetch: compiles under `strict`, and the journey runs."""
    place = node_folder()
    # By default it takes what has a `default` as always there, in what is sent too.
    options = ["--default-non-nullable", "false", "-o", "schema.ts"]
    told = run(["npx", "--no-install", "openapi-typescript", str(CONTRACT), *options], place)
    if "warn" in told.lower():
        raise Failed(told)
    run(["npx", "--no-install", "tsc", "-p", "tsconfig.json"], place)
    return run(["node", "built/journey.js"], place, environment(target)).strip()


def bridge(target: Target) -> str:
    """fastmcp: the tools that an agent gets list, create and release."""
    # Its older reader of documents drops shared schemas that others refer to.
    more = {**environment(target), "FASTMCP_EXPERIMENTAL_ENABLE_NEW_OPENAPI_PARSER": "true"}
    told = run([python_tool("python"), str(HERE / "bridge.py"), str(CONTRACT)], PROJECT, more)
    return told.strip().splitlines()[-1]


def generator(kind: str) -> str:
    """openapi-generator on the 3.0.3 form: no warning, no made-up name, and what it writes compiles."""
    place = fresh(kind)
    command = [
        python_tool("openapi-generator-cli"),
        "generate",
        "-i",
        str(OLDER),
        "-g",
        kind,
        "-o",
        str(place),
    ]
    told = run(command, PROJECT)
    warnings = [line for line in told.splitlines() if re.search(r"\b(WARN|ERROR)\b", line)]
    if unknown := [line for line in warnings if not any(each in line for each in KNOWN)]:
        raise Failed("\n".join(unknown))
    names = made_up(place)
    if kind == "python":
        run([python_tool("python"), "-m", "compileall", "-q", "openapi_client"], place)
    else:
        node = node_folder()
        options = ["--strict", "--noEmit", "--target", "es2022", "--module", "esnext"]
        more = ["--moduleResolution", "bundler", "--lib", "es2022,dom"]
        run(["npx", "--no-install", "tsc", *options, *more, str(place / "index.ts")], node)
    return f"{names} types"


def made_up(folder: Path) -> int:
    """How many types there are; Failed where a generator made up a name."""
    files = [file.name for file in folder.rglob("models/*") if file.is_file()]
    if strange := sorted(name for name in files if _MADE_UP.search(name)):
        raise Failed(f"names that nobody gave: {', '.join(strange)}")
    return len(files)


def validators(target: Target) -> list[Outcome]:
    """Ajv, Python's jsonschema and openapi-core, as they come, on what the sandbox answers."""
    document = json.loads(CONTRACT.read_text())
    file = FOLDER / "out" / "traffic.jsonl"
    write(record(document, target), file)
    checker = str(HERE / "validators.py")

    def ajv() -> str:
        return run(["node", "validate.mjs", str(CONTRACT), str(file)], node_folder()).strip()

    def python(kind: str) -> Callable[[], str]:
        return lambda: run([python_tool("python"), checker, kind, str(CONTRACT), str(file)], PROJECT).strip()

    return [
        attempt("Ajv on the answers of the sandbox", ajv),
        attempt("jsonschema on the answers of the sandbox", python("schema")),
        attempt("openapi-core on the traffic of the sandbox", python("core")),
    ]


def environment(target: Target) -> dict[str, str]:
    """Where a client finds the sandbox, and who it is there."""
    tenant = target.tenant
    return {
        "HB_URL": target.url,
        "HB_TOKEN": tenant.token,
        "HB_ORG": tenant.org,
        "HB_ENT": tenant.entity,
    }


if __name__ == "__main__":
    sys.exit("Run scripts/generators.")
