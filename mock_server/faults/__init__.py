"""What goes wrong with requests to the public API on purpose: rules, the header, and how it is done."""

from mock_server.faults.answers import DocumentedAnswers
from mock_server.faults.faults import Faults
from mock_server.faults.rules import DEFAULTS
