"""What holds after every step, by name: stock, orders, documents."""

from contract_tests.factory.invariants import documents, orders, stock
from contract_tests.factory.invariants.documents import TODAY
from contract_tests.factory.invariants.seen import (
    BOM,
    INSPECTION,
    INVARIANTS,
    JOB,
    ORDER,
    RECIPE,
    Record,
    Seen,
    Step,
    check_all,
)
