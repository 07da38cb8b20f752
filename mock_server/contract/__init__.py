"""Facts of the built contract, and what holds values against it."""

from mock_server.contract.canonical import reader_of
from mock_server.contract.document import (
    METHODS,
    Contract,
    ErrorFact,
    Operation,
    Parameter,
    pythonic,
    read_document,
)
from mock_server.contract.fingerprint import member_pointer, schema_digest
from mock_server.contract.keywords import DECIMAL_PLACES, NAME_MAPS, component, is_data, stepped
from mock_server.contract.requests import Fault, Requests, first_fault, unknown_name
from mock_server.contract.validators import Validators, compiled, faults
