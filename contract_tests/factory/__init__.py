"""Manufacturing over HTTP, held against a model of its own."""

from contract_tests.factory.api import Answer, Api, Record, plain
from contract_tests.factory.exact import half_up, money, unit_cost
from contract_tests.factory.figures import DOCUMENTS, STOCK
