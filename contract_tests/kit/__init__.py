"""How the tests speak to a server and set it up."""

from contract_tests.kit import process
from contract_tests.kit.client import Client
from contract_tests.kit.contract import (
    METHODS,
    PROJECT,
    UNKNOWN,
    Contract,
    Operation,
    built_contract,
    stepped,
)
from contract_tests.kit.control import Control, find_control
from contract_tests.kit.database import VARIABLE, ask, database_server, new_schema
from contract_tests.kit.fixtures import Fixtures, Record
from contract_tests.kit.hypothesis_profile import load_profile
from contract_tests.kit.process import running, sandbox
from contract_tests.kit.promises import INTERNAL_VALUES, MAX_ECHO, check_promises, internal_names
from contract_tests.kit.reached import Reach
from contract_tests.kit.receiver import Received, Receiver, Reply, receiving
from contract_tests.kit.refusals import ENOUGH, HUGE, Case, Refusals, Request, documented
from contract_tests.kit.snapshots import snapshot, unchanged
from contract_tests.kit.target import BASE_PATH, Target, Tenant, api_url, origin_of
from contract_tests.kit.wire import JSON, Headers, exchange, raw
