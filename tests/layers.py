"""Who may import whom: the walls of the house, as data."""

from __future__ import annotations

# Packages without a face: what is in them is used by nobody, or each module by its own name.
OPEN = {"mock_server", "contract_tests", "scripts"}

# What each package and module of the server may import of the others.
# Anything may import `mock_server.refused`, the one exception by which it says no.
ALLOWED: dict[str, set[str]] = {
    "mock_server.clock": set(),
    "mock_server.wire": set(),
    "mock_server.letters": set(),
    "mock_server.settings": set(),
    "mock_server.private": set(),
    "mock_server.signing_key": {"private"},
    "mock_server.tokens": set(),
    "mock_server.clients": set(),
    "mock_server.contract": {"letters"},
    "mock_server.refused": set(),
    "mock_server.manufacturing": set(),
    "mock_server.storage": {"clock", "letters", "manufacturing", "private", "wire"},
    "mock_server.events": {"clock", "contract", "storage", "wire"},
    "mock_server.gateway": {"contract", "storage", "tokens", "wire"},
    "mock_server.api": {
        "clock",
        "contract",
        "events",
        "gateway",
        "letters",
        "manufacturing",
        "storage",
        "wire",
    },
    "mock_server.console": {"contract", "gateway"},
    "mock_server.sandbox": {
        "api",
        "clients",
        "clock",
        "contract",
        "events",
        "gateway",
        "manufacturing",
        "private",
        "settings",
        "signing_key",
        "storage",
        "tokens",
        "wire",
    },
    "mock_server.token_command": {"contract", "sandbox", "settings", "signing_key", "storage", "tokens"},
    "mock_server.options": {"clock"},
    "mock_server.receiving": set(),
    "mock_server.forwarding": {"private", "settings"},
    "mock_server.login": {"forwarding"},
    "mock_server.certification": {"clock", "contract", "events"},
    "mock_server.triggers": {"contract", "forwarding", "settings"},
    "mock_server.commands": {
        "certification",
        "clients",
        "contract",
        "forwarding",
        "login",
        "options",
        "receiving",
        "settings",
        "triggers",
    },
    "mock_server.workspaces": {
        "clock",
        "events",
        "gateway",
        "sandbox",
        "storage",
        "tokens",
        "wire",
    },
    "mock_server.oauth": {"clients", "gateway", "sandbox", "storage", "tokens", "wire", "workspaces"},
    "mock_server.control": {
        "api",
        "clients",
        "clock",
        "events",
        "gateway",
        "manufacturing",
        "sandbox",
        "storage",
        "tokens",
        "wire",
        "workspaces",
    },
    "mock_server.planes": {
        "api",
        "contract",
        "control",
        "gateway",
        "sandbox",
        "settings",
        "tokens",
        "workspaces",
    },
    "mock_server.app": {"console", "contract", "gateway", "oauth", "planes", "sandbox"},
    "mock_server.connections": {"contract", "gateway"},
    "mock_server.server": {
        "app",
        "connections",
        "planes",
        "gateway",
        "sandbox",
        "settings",
        "storage",
        "tokens",
    },
    "mock_server.cli": {
        "commands",
        "contract",
        "gateway",
        "options",
        "sandbox",
        "server",
        "settings",
        "token_command",
    },
    "mock_server.__main__": {"cli"},
}

# What storage may use of manufacturing: the modules of records and ports, and the views by which an order
# that is not stored as it is read is put together. No command and no other calculation.
STORABLE = {
    "bom",
    "by_products",
    "cost_analysis",
    "documents",
    "figures",
    "items",
    "lookup",
    "ports",
    "recipe",
    "records",
    "report",
    "vendors",
    "view",
}

# The layers of two packages: what each part may import of its package, the modules beside the parts aside
# (the vocabulary of manufacturing, the database of storage), which may import no part.
LAYERS: dict[str, dict[str, set[str]]] = {
    "mock_server.manufacturing": {
        "stock": set(),
        "formulas": set(),
        "inspections": set(),
        "boms": {"formulas"},
        "recipes": {"formulas"},
        "work_orders": {"formulas", "stock", "inspections"},
        "subcontract_orders": {"formulas", "stock", "inspections"},
        "reports": {"work_orders"},
    },
    "mock_server.storage": {
        "sqlite": set(),
        "postgres": set(),
        "tenancy": set(),
        "faults": set(),
        "oauth": set(),
        "subscriptions": set(),
        "workspaces": set(),
        "documents": {"tenancy", "subscriptions"},
        "rows": {"documents", "tenancy"},
        "book": {"rows", "documents", "tenancy"},
    },
}

# The rules know no HTTP, no SQL, no clock and no chance.
IMPURE = set("sqlalchemy sqlite3 connexion starlette flask random uuid time secrets os".split())
