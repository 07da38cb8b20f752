"""A fixed script of events that a receiver is taken through, and the certificate of what it did."""

from mock_server.certification.evidence import Certificate, Evidence, LineResult, Outcome, Unusable
from mock_server.certification.script import BURST, LINES, Plan, certify
from mock_server.certification.written import as_json, as_markdown, summary, told
