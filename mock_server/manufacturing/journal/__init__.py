"""The journal: what stock, orders and job work would post in an accounting product."""

from mock_server.manufacturing.journal.accounts import Account
from mock_server.manufacturing.journal.entries import Event, JournalEntry, JournalLine, Made
from mock_server.manufacturing.journal.stock import change_of_stock
from mock_server.manufacturing.journal.subcontract_orders import job_work
from mock_server.manufacturing.journal.work_orders import completion
