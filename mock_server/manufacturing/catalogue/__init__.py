"""What an entity has before it makes anything: items, vendors, and the stock of its store."""

from mock_server.manufacturing.catalogue.items import create_item, update_item
from mock_server.manufacturing.catalogue.stock import adjust_stock, open_stock
from mock_server.manufacturing.catalogue.vendors import create_vendor, update_vendor
