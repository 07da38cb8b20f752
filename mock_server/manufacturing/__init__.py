"""The rules of manufacturing: records, costs, explosion and commands, without HTTP, SQL, clock or chance."""

from mock_server.manufacturing.decimals import number
from mock_server.manufacturing.documents import Book, later
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.units import check_precision
from mock_server.manufacturing.vendors import Vendor
