"""Explaining figures: the rules run on numbers that remember how they came about."""

from mock_server.manufacturing.explaining.figure import Figure, Operation, Source, leaf
from mock_server.manufacturing.explaining.formulas import ExplainedLookup
from mock_server.manufacturing.explaining.measures import measure
from mock_server.manufacturing.explaining.records import explained_formula, explained_inspection, shares_of
from mock_server.manufacturing.explaining.reports import MOST_SHOWN, explained_report
from mock_server.manufacturing.explaining.stock import explained_stock
from mock_server.manufacturing.explaining.subcontract_orders import explained_subcontract_order
from mock_server.manufacturing.explaining.tree import MOST_NODES, Node, Tree, is_decimal, tree_of, written
from mock_server.manufacturing.explaining.work_orders import explained_work_order
