"""Events on the integrator's machine: shown, sent again, and forwarded to a receiver on it."""

from mock_server.forwarding.forwarder import Forwarder
from mock_server.forwarding.forwarding import Forwarding
from mock_server.forwarding.history import resend, tail
from mock_server.forwarding.receiver import Receiver
from mock_server.forwarding.record_desk import RecordDesk
from mock_server.forwarding.requests import asked, follow_requests, list_requests, request_line
from mock_server.forwarding.server import Answer, Entity, ForwardingError, Server, Unreachable, find_entities
from mock_server.forwarding.state import StateFile, usual_file
from mock_server.forwarding.words import event_line
