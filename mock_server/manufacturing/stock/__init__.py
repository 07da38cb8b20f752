"""Stock and its movements: the ledger."""

from mock_server.manufacturing.stock.ledger import Ledger, Source
from mock_server.manufacturing.stock.records import (
    DocumentType,
    Movement,
    MovementType,
    Place,
    Stock,
    StockBook,
    Stocks,
)
from mock_server.manufacturing.stock.shortages import Shortage, insufficient_stock
from mock_server.manufacturing.stock.valuation import share_of, with_store
