"""Where events may be sent, and how a connection is made that goes nowhere else."""

from mock_server.events.addresses import TargetRefused, kind_of, refusal_of
from mock_server.events.targets import Targets
