"""What all records have in common: reading, paging, filtering, writing, archiving."""

from contract_tests.records import bom_refusals
from contract_tests.records.bom_refusals import REFUSALS as BOM_REFUSALS
from contract_tests.records.bom_refusals import line
