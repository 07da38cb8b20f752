"""What a receiver does with an event: whether its signature fits, and which mistake it looks like if not."""

from mock_server.receiving.examine import TOLERANCE, examine
from mock_server.receiving.findings import Finding, Mistake, Verdict
from mock_server.receiving.received import Received, Unusable, read_headers, received
