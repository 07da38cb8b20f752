"""Stock and its movements: the ledger."""

from mock_server.manufacturing.stock.ledger import Ledger, Source, share_of
from mock_server.manufacturing.stock.records import (
    BY_PRODUCT_RECEIPT,
    CO_PRODUCT_RECEIPT,
    PRODUCTION_CONSUMPTION,
    PRODUCTION_RECEIPT,
    STORE,
    SUBCONTRACT_CONSUMPTION,
    SUBCONTRACT_ISSUE,
    SUBCONTRACT_ORDER,
    SUBCONTRACT_RECEIPT,
    SUBCONTRACT_RETURN,
    SUBCONTRACTOR,
    WORK_ORDER,
    Movement,
    Stock,
    StockBook,
)
from mock_server.manufacturing.stock.shortages import Shortage, insufficient_stock
