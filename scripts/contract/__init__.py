"""The workshop of the contract: reads the sources, bundles, converts, checks."""

from scripts.contract.build import PROJECT, SERVED, SOURCES, build, ensure
from scripts.contract.bundle import bundle
from scripts.contract.operations import calls, operations, webhooks
from scripts.contract.references import resolved
from scripts.contract.rendering import to_source
from scripts.contract.sources import ContractError, plain
